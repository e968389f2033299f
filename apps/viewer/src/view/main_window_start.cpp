// What the window finds at its start and leaves at its end: settings, looks, and what a session that died left behind.
#include "view/dialogs.h"
#include "view/main_window.h"

#include <QAction>
#include <QDateTime>
#include <QLabel>
#include <QSettings>

#include <algorithm>
#include <memory>

namespace hipcuff::viewer {

void MainWindow::applyTheme() {
  const bool light = actions_.value(QStringLiteral("theme.light"))->isChecked();
  const bool contrast = actions_.value(QStringLiteral("theme.contrast"))->isChecked();
  const double scale = QSettings().value(QStringLiteral("textScale"), 1.0).toDouble();
  setTheme(light, contrast, scale);
  OverlayStyle style = layers_->style();
  style.highContrast = contrast;
  style.scale = scale;
  layers_->setStyle(style);
  ChartStyle chart;
  chart.dark = !light;
  chart.highContrast = contrast;
  chart.scale = scale;
  profile_->setStyle(chart);
}

void MainWindow::restore() {
  QSettings settings;
  restoreGeometry(settings.value(QStringLiteral("window/geometry")).toByteArray());
  restoreState(settings.value(QStringLiteral("window/state")).toByteArray());
  for (const char* id : {"theme.light", "theme.contrast"})
    actions_.value(QString::fromLatin1(id))->setChecked(settings.value(QLatin1String(id), false).toBool());
  OverlayStyle style;
  for (std::size_t i = 0; i < overlayLayerCount; ++i) {
    const QVariant stored = settings.value(QStringLiteral("layers/%1").arg(i));
    if (stored.isValid()) {
      const double value = stored.toDouble(); // below 0: off, with its opacity
      style.layers[i].shown = value > 0;
      style.layers[i].opacity = std::clamp(std::abs(value), 0.1, 1.0);
    }
  }
  layers_->setStyle(style);
  for (const char* id : {"smooth", "snap", "names"})
    if (const QVariant stored = settings.value(QLatin1String(id)); stored.isValid())
      if (QAction* action = actions_.value(QString::fromLatin1(id)); action->isChecked() != stored.toBool())
        action->trigger();
  applyTheme();
}

void MainWindow::keep() const {
  QSettings settings;
  settings.setValue(QStringLiteral("window/geometry"), saveGeometry());
  settings.setValue(QStringLiteral("window/state"), saveState());
  for (const char* id : {"theme.light", "theme.contrast", "smooth", "snap", "names"})
    settings.setValue(QLatin1String(id), actions_.value(QString::fromLatin1(id))->isChecked());
  for (std::size_t i = 0; i < overlayLayerCount; ++i) {
    const auto& layer = layers_->style().layers[i];
    settings.setValue(QStringLiteral("layers/%1").arg(i), layer.shown ? layer.opacity : -layer.opacity);
  }
}

void MainWindow::offerRecovery() {
  const auto journals = workspace_.abandoned();
  if (journals.empty())
    return;
  int pictures = 0;
  for (const auto& journal : journals)
    pictures += static_cast<int>(journal.pictures.size());
  notify(tr("The program ended without saving: edits of %n picture(s), last at %1. "
            "<a href='recover'>Recover them</a> · <a href='discard'>Throw them away</a>",
            nullptr, pictures)
             .arg(QDateTime::fromString(QString::fromStdString(journals.front().lastEdit), Qt::ISODate)
                      .toLocalTime()
                      .toString(QStringLiteral("yyyy-MM-dd HH:mm"))));
  offering_ = true;
  const auto connection = std::make_shared<QMetaObject::Connection>();
  *connection = connect(bar_, &QLabel::linkActivated, this, [this, journals, connection](const QString& what) {
    if (what == QLatin1String("discard")) { // one slip of the hand is not enough
      notify(tr("Throw the unsaved edits away for good? <a href='discard now'>Yes</a> · <a href='recover'>No, recover "
                "them</a>"));
      return;
    }
    disconnect(*connection);
    offering_ = false;
    notify({});
    for (const auto& journal : journals) {
      if (what == QLatin1String("recover"))
        workspace_.recover(journal);
      else
        review::removeJournal(journal);
    }
  });
}

void MainWindow::tellLeftOut(const std::vector<std::string>& problems) {
  if (problems.empty())
    return;
  QString words = tr("Pictures are analysed without a plugin that was asked for:");
  for (const std::string& problem : problems)
    words += QStringLiteral("<br>") + QString::fromStdString(problem).toHtmlEscaped();
  notify(offering_ ? bar_->text() + QStringLiteral("<br>") + words : words);
}

} // namespace hipcuff::viewer
