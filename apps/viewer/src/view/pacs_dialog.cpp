#include "view/pacs_dialog.h"

#include <QCheckBox>
#include <QDate>
#include <QDialogButtonBox>
#include <QFileDialog>
#include <QFormLayout>
#include <QGroupBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QSettings>
#include <QSpinBox>
#include <QTableWidget>
#include <QToolButton>
#include <QVBoxLayout>

namespace hipcuff::viewer {
namespace {

QLineEdit* field(const char* name, const QString& placeholder, QWidget* parent) {
  auto* out = new QLineEdit(parent);
  out->setObjectName(QString::fromLatin1(name));
  out->setPlaceholderText(placeholder);
  return out;
}

QLabel* statusLabel(QWidget* parent) {
  auto* out = new QLabel(parent);
  out->setObjectName(QStringLiteral("pacs.said"));
  out->setWordWrap(true);
  out->setTextFormat(Qt::PlainText); // what a peer says is no markup
  return out;
}

QProgressBar* progressBar(QWidget* parent) {
  auto* out = new QProgressBar(parent);
  out->setObjectName(QStringLiteral("pacs.progress"));
  out->hide();
  return out;
}

void showProgress(QProgressBar& bar, int done, int total, const QString& words) {
  bar.setRange(0, total);
  bar.setValue(done);
  bar.setFormat(words);
  bar.show();
}

void sayIn(QLabel& label, const QString& words, bool wrong) {
  label.setText(words);
  QPalette palette = label.parentWidget()->palette();
  if (wrong)
    palette.setColor(QPalette::WindowText,
                     palette.color(QPalette::Window).lightness() < 128 ? QColor(255, 140, 120) : QColor(170, 20, 10));
  label.setPalette(palette);
}

QString dayOf(const std::string& date) {
  const QDate day = QDate::fromString(QString::fromStdString(date), QStringLiteral("yyyyMMdd"));
  return day.isValid() ? day.toString(Qt::ISODate) : QString::fromStdString(date);
}

} // namespace

// ---- the peer

PacsPeerBox::PacsPeerBox(bool fetches, QWidget* parent)
    : QWidget(parent)
    , stored_(PacsPeer::fromSettings()) {
  auto* form = new QFormLayout(this);
  form->setContentsMargins(0, 0, 0, 0);
  ae_ = field("pacs.ae", {}, this);
  ae_->setText(stored_.ae);
  ae_->setMaxLength(16);
  host_ = field("pacs.host", tr("pacs.hospital.example or 10.1.2.3"), this);
  host_->setText(stored_.host);
  port_ = new QSpinBox(this);
  port_->setObjectName(QStringLiteral("pacs.port"));
  port_->setRange(1, 65535);
  port_->setValue(stored_.port);
  callingAe_ = field("pacs.callingAe", {}, this);
  callingAe_->setText(stored_.callingAe);
  callingAe_->setMaxLength(16);
  callingAe_->setToolTip(tr("Many archives answer only programs whose AE title they know: ask who runs yours"));
  auto* address = new QHBoxLayout;
  address->addWidget(host_, 3);
  address->addWidget(new QLabel(tr("port"), this));
  address->addWidget(port_);
  auto* titles = new QHBoxLayout;
  titles->addWidget(ae_, 1);
  titles->addWidget(new QLabel(tr("our own"), this));
  titles->addWidget(callingAe_, 1);
  form->addRow(tr("Computer"), address);
  form->addRow(tr("AE title"), titles);

  tls_ = new QCheckBox(tr("Encrypted (TLS)"), this);
  tls_->setObjectName(QStringLiteral("pacs.tls"));
  tls_->setChecked(stored_.tls);
  tlsFiles_ = new QWidget(this);
  auto* files = new QFormLayout(tlsFiles_);
  files->setContentsMargins(0, 0, 0, 0);
  files->addRow(tr("Whom to trust"), fileField(authority_, QStringLiteral("pacs.authority")));
  files->addRow(tr("Own certificate"), fileField(certificate_, QStringLiteral("pacs.certificate")));
  files->addRow(tr("Its key"), fileField(key_, QStringLiteral("pacs.key")));
  authority_->setText(stored_.authority);
  certificate_->setText(stored_.certificate);
  key_->setText(stored_.key);
  tlsFiles_->setVisible(stored_.tls);
  connect(tls_, &QCheckBox::toggled, tlsFiles_, &QWidget::setVisible);
  auto* ways = new QHBoxLayout;
  ways->addWidget(tls_);
  if (fetches) {
    byMove_ = new QCheckBox(tr("It sends to us (C-MOVE), at port"), this);
    byMove_->setObjectName(QStringLiteral("pacs.byMove"));
    byMove_->setToolTip(tr("For archives without C-GET: they must know our AE title, this computer and the port"));
    byMove_->setChecked(stored_.byMove);
    movePort_ = new QSpinBox(this);
    movePort_->setObjectName(QStringLiteral("pacs.movePort"));
    movePort_->setRange(1, 65535);
    movePort_->setValue(stored_.movePort);
    movePort_->setEnabled(stored_.byMove);
    connect(byMove_, &QCheckBox::toggled, movePort_, &QWidget::setEnabled);
    ways->addSpacing(16);
    ways->addWidget(byMove_);
    ways->addWidget(movePort_);
  }
  ways->addStretch(1);
  form->addRow(QString(), ways);
  form->addRow(tlsFiles_);
}

QWidget* PacsPeerBox::fileField(QLineEdit*& line, const QString& name) {
  auto* out = new QWidget(this);
  line = new QLineEdit(out);
  line->setObjectName(name);
  line->setPlaceholderText(tr("PEM file"));
  auto* choose = new QToolButton(out);
  choose->setText(QStringLiteral("…"));
  QLineEdit* into = line;
  connect(choose, &QToolButton::clicked, this, [this, into] {
    const QString file = QFileDialog::getOpenFileName(this, tr("PEM file"), into->text());
    if (!file.isEmpty())
      into->setText(file);
  });
  auto* layout = new QHBoxLayout(out);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(line);
  layout->addWidget(choose);
  return out;
}

PacsPeer PacsPeerBox::peer() const {
  PacsPeer out = stored_;
  out.ae = ae_->text().trimmed();
  out.host = host_->text().trimmed();
  out.port = port_->value();
  out.callingAe = callingAe_->text().trimmed();
  out.tls = tls_->isChecked();
  out.authority = authority_->text().trimmed();
  out.certificate = certificate_->text().trimmed();
  out.key = key_->text().trimmed();
  if (byMove_ != nullptr) {
    out.byMove = byMove_->isChecked();
    out.movePort = movePort_->value();
  }
  return out;
}

// ---- open

PacsDialog::PacsDialog(PacsClient& client, bool namesShown, QWidget* parent)
    : QDialog(parent)
    , client_(client)
    , namesShown_(namesShown) {
  setObjectName(QStringLiteral("pacs"));
  setAttribute(Qt::WA_DeleteOnClose);
  setWindowTitle(tr("Open from PACS"));
  auto* who = new QGroupBox(tr("PACS"), this);
  peer_ = new PacsPeerBox(true, who);
  test_ = new QPushButton(tr("Is it there?"), who);
  test_->setObjectName(QStringLiteral("pacs.test"));
  auto* whoLayout = new QVBoxLayout(who);
  whoLayout->addWidget(peer_);
  whoLayout->addWidget(test_, 0, Qt::AlignRight);

  auto* what = new QGroupBox(tr("Study"), this);
  patientId_ = field("pacs.patientId", {}, what);
  name_ = field("pacs.name", tr("Doe or Doe^J*: the beginning will do"), what);
  accession_ = field("pacs.accession", {}, what);
  date_ = field("pacs.date", tr("today, 2024-01-31, 2024-01-01.."), what);
  date_->setText(QStringLiteral("today"));
  studyUid_ = field("pacs.studyUid", {}, what);
  ultrasound_ = new QCheckBox(tr("Only with ultrasound"), what);
  ultrasound_->setObjectName(QStringLiteral("pacs.ultrasound"));
  ultrasound_->setChecked(true);
  search_ = new QPushButton(tr("Search"), what);
  search_->setObjectName(QStringLiteral("pacs.search"));
  search_->setDefault(true);
  auto* form = new QFormLayout(what);
  form->addRow(tr("Patient ID"), patientId_);
  form->addRow(tr("Name"), name_);
  form->addRow(tr("Date"), date_);
  form->addRow(tr("Accession number"), accession_);
  form->addRow(tr("Study UID"), studyUid_);
  auto* last = new QHBoxLayout;
  last->addWidget(ultrasound_, 1);
  last->addWidget(search_);
  form->addRow(last);

  table_ = new QTableWidget(this);
  table_->setObjectName(QStringLiteral("pacs.table"));
  table_->setColumnCount(6);
  table_->setHorizontalHeaderLabels(
      {tr("Patient"), tr("Patient ID"), tr("Date"), tr("Description"), tr("Holds"), tr("Images")});
  table_->setSelectionBehavior(QAbstractItemView::SelectRows);
  table_->setSelectionMode(QAbstractItemView::SingleSelection);
  table_->setEditTriggers(QAbstractItemView::NoEditTriggers);
  table_->verticalHeader()->hide();
  table_->horizontalHeader()->setSectionResizeMode(3, QHeaderView::Stretch);
  said_ = statusLabel(this);
  progress_ = progressBar(this);
  folder_ = field("pacs.folder", tr("nowhere: the copy goes when the program ends"), this);
  folder_->setText(QSettings().value(QStringLiteral("pacs/folder")).toString());
  auto* choose = new QToolButton(this);
  choose->setText(QStringLiteral("…"));
  connect(choose, &QToolButton::clicked, this, [this] {
    const QString folder = QFileDialog::getExistingDirectory(this, tr("Keep fetched studies in"), folder_->text());
    if (!folder.isEmpty())
      folder_->setText(folder);
  });
  auto* keep = new QHBoxLayout;
  keep->addWidget(new QLabel(tr("Keep in"), this));
  keep->addWidget(folder_, 1);
  keep->addWidget(choose);

  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
  buttons->button(QDialogButtonBox::Close)->setText(tr("Close"));
  open_ = buttons->addButton(tr("Fetch and open"), QDialogButtonBox::ActionRole);
  open_->setObjectName(QStringLiteral("pacs.open"));
  stop_ = buttons->addButton(tr("Stop"), QDialogButtonBox::ActionRole);
  stop_->setObjectName(QStringLiteral("pacs.stop"));
  for (QPushButton* button : {test_, open_, stop_, buttons->button(QDialogButtonBox::Close)})
    button->setAutoDefault(false); // the Return key searches

  auto* top = new QHBoxLayout;
  top->addWidget(who, 1);
  top->addWidget(what, 1);
  auto* layout = new QVBoxLayout(this);
  layout->addLayout(top);
  layout->addWidget(table_, 1);
  layout->addLayout(keep);
  layout->addWidget(said_);
  layout->addWidget(progress_);
  layout->addWidget(buttons);
  resize(980, 640);

  connect(search_, &QPushButton::clicked, this, &PacsDialog::ask);
  connect(test_, &QPushButton::clicked, this, [this] {
    const PacsPeer peer = peer_->peer();
    if (const QString problem = peer.problem(); !problem.isEmpty())
      return say(problem, true);
    peer.toSettings();
    client_.echo(peer);
    say(tr("Asking %1 …").arg(peer.words()));
    refresh();
  });
  connect(open_, &QPushButton::clicked, this, &PacsDialog::fetch);
  connect(table_, &QTableWidget::cellDoubleClicked, this, &PacsDialog::fetch);
  connect(table_, &QTableWidget::itemSelectionChanged, this, &PacsDialog::refresh);
  connect(stop_, &QPushButton::clicked, &client_, &PacsClient::cancel);
  connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::close);
  connect(this, &QDialog::finished, &client_, &PacsClient::cancel);
  connect(&client_, &PacsClient::echoed, this, [this] {
    say(tr("The PACS is there and talks to us."));
    refresh();
  });
  connect(&client_, &PacsClient::answered, this,
          [this](const std::vector<dicom::FoundStudy>& studies, bool more, int unasked) {
            list(studies);
            QString words = studies.empty() ? tr("No study matches.")
                                            : tr("%n study(s) found.", nullptr, static_cast<int>(studies.size()));
            if (more)
              words += QLatin1Char(' ') + tr("There are more: ask more narrowly.");
            if (unasked > 0)
              words +=
                  QLatin1Char(' ') + tr("%n answer(s) did not fit the question and are left out.", nullptr, unasked);
            say(words);
            refresh();
          });
  connect(&client_, &PacsClient::coming, this,
          [this](int done, int total) { showProgress(*progress_, done, total, tr("%1 of %2").arg(done).arg(total)); });
  connect(&client_, &PacsClient::failed, this, [this](const QString& problem) {
    say(problem, true);
    refresh();
  });
  connect(&client_, &PacsClient::cancelled, this, [this] {
    say(tr("Stopped."));
    refresh();
  });
  connect(&client_, &PacsClient::fetched, this, [this](const QString& folder, int objects, const QString& problem) {
    if (objects > 0)
      emit fetched(folder);
    say(problem.isEmpty() ? tr("%n object(s) fetched; the exam is opened.", nullptr, objects) : problem,
        !problem.isEmpty());
    refresh();
    if (problem.isEmpty())
      close();
  });
  refresh();
}

void PacsDialog::say(const QString& words, bool wrong) {
  sayIn(*said_, words, wrong);
}

void PacsDialog::refresh() {
  const bool busy = client_.running();
  for (QWidget* widget : std::initializer_list<QWidget*>{search_, test_, peer_})
    widget->setEnabled(!busy);
  open_->setEnabled(!busy && table_->currentRow() >= 0 && !table_->selectedItems().isEmpty());
  stop_->setEnabled(busy);
  if (!busy)
    progress_->hide();
  else if (progress_->isHidden())
    showProgress(*progress_, 0, 0, {});
}

void PacsDialog::ask() {
  const PacsPeer peer = peer_->peer();
  PacsQuestion question{patientId_->text(), name_->text(),     accession_->text(),
                        date_->text(),      studyUid_->text(), ultrasound_->isChecked()};
  for (const QString& problem : {peer.problem(), question.problem()})
    if (!problem.isEmpty())
      return say(problem, true);
  peer.toSettings();
  list({});
  client_.ask(peer, question);
  say(tr("Asking %1 …").arg(peer.words()));
  refresh();
}

void PacsDialog::fetch() {
  const int row = table_->currentRow();
  if (client_.running() || row < 0 || row >= static_cast<int>(studies_.size()))
    return;
  const PacsPeer peer = peer_->peer();
  if (const QString problem = peer.problem(); !problem.isEmpty())
    return say(problem, true);
  peer.toSettings();
  const QString folder = folder_->text().trimmed();
  QSettings().setValue(QStringLiteral("pacs/folder"), folder);
  say(tr("Fetching …"));
  client_.fetch(peer, studies_[static_cast<std::size_t>(row)], folder.toStdString());
  refresh();
}

void PacsDialog::list(const std::vector<dicom::FoundStudy>& studies) {
  studies_ = studies;
  table_->setRowCount(static_cast<int>(studies.size()));
  for (int row = 0; row < table_->rowCount(); ++row) {
    const dicom::FoundStudy& study = studies[static_cast<std::size_t>(row)];
    QStringList modalities;
    for (const std::string& modality : study.modalities)
      modalities << QString::fromStdString(modality);
    const QString hidden = QStringLiteral("–");
    const QStringList cells = {
        namesShown_ ? QString::fromStdString(study.patientName).replace(QLatin1Char('^'), QLatin1Char(' ')) : hidden,
        namesShown_ ? QString::fromStdString(study.patientId) : hidden,
        dayOf(study.date),
        QString::fromStdString(study.description),
        modalities.join(QStringLiteral(", ")),
        study.objects ? QString::number(*study.objects) : QString()};
    for (int column = 0; column < cells.size(); ++column)
      table_->setItem(row, column, new QTableWidgetItem(cells[column]));
  }
  for (const int column : {0, 1, 2, 4, 5})
    table_->resizeColumnToContents(column);
  if (!studies.empty())
    table_->selectRow(0);
}

// ---- send

PacsSendDialog::PacsSendDialog(PacsClient& client, std::filesystem::path folder, int objects, QWidget* parent)
    : QDialog(parent)
    , client_(client)
    , folder_(std::move(folder)) {
  setObjectName(QStringLiteral("pacs.sending"));
  setAttribute(Qt::WA_DeleteOnClose);
  setWindowTitle(tr("Send results to PACS"));
  peer_ = new PacsPeerBox(false, this);
  auto* what = new QLabel(
      tr("%n DICOM object(s) of the saved review go to the patient's study there. The pictures are not sent again.",
         nullptr, objects),
      this);
  what->setWordWrap(true);
  said_ = statusLabel(this);
  progress_ = progressBar(this);
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
  buttons->button(QDialogButtonBox::Close)->setText(tr("Close"));
  buttons->button(QDialogButtonBox::Close)->setAutoDefault(false);
  send_ = buttons->addButton(tr("Send"), QDialogButtonBox::ActionRole);
  send_->setObjectName(QStringLiteral("pacs.send"));
  send_->setDefault(true);
  stop_ = buttons->addButton(tr("Stop"), QDialogButtonBox::ActionRole);
  stop_->setObjectName(QStringLiteral("pacs.stop"));
  stop_->setAutoDefault(false);
  stop_->setEnabled(false);
  auto* layout = new QVBoxLayout(this);
  layout->addWidget(what);
  layout->addWidget(peer_);
  layout->addWidget(said_);
  layout->addWidget(progress_);
  layout->addWidget(buttons);
  resize(620, 0);

  const auto over = [this] {
    progress_->hide();
    send_->setEnabled(true);
    stop_->setEnabled(false);
  };
  connect(send_, &QPushButton::clicked, this, [this] {
    const PacsPeer peer = peer_->peer();
    if (const QString problem = peer.problem(); !problem.isEmpty())
      return say(problem, true);
    peer.toSettings();
    say(tr("Sending to %1 …").arg(peer.words()));
    showProgress(*progress_, 0, 0, {});
    send_->setEnabled(false);
    stop_->setEnabled(true);
    client_.send(peer, folder_);
  });
  connect(stop_, &QPushButton::clicked, &client_, &PacsClient::cancel);
  connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::close);
  connect(this, &QDialog::finished, &client_, &PacsClient::cancel);
  connect(&client_, &PacsClient::coming, this,
          [this](int done, int total) { showProgress(*progress_, done, total, tr("%1 of %2").arg(done).arg(total)); });
  connect(&client_, &PacsClient::sent, this, [this, over](int sent, const QString& problem) {
    over();
    if (problem.isEmpty())
      say(tr("%n object(s) are in the PACS.", nullptr, sent));
    else
      say(problem, true);
  });
  connect(&client_, &PacsClient::failed, this, [this, over](const QString& problem) {
    over();
    say(problem, true);
  });
  connect(&client_, &PacsClient::cancelled, this, [this, over] {
    over();
    say(tr("Stopped. What has arrived stays there; sending again doubles nothing."));
  });
}

void PacsSendDialog::say(const QString& words, bool wrong) {
  sayIn(*said_, words, wrong);
}

} // namespace hipcuff::viewer
