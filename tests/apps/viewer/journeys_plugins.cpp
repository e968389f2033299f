// Plugins in the viewer: who found what is plain, also where a plugin failed; it is kept in what is saved.
#include "journey.h"
#include "view/grade_badge.h"

#include "hipcuff/assessment/analysis.h"
#include "hipcuff/plugin/plugins.h"
#include "hipcuff/plugin/record.h"

#include <nlohmann/json.hpp>

#include <QAction>
#include <QFileInfo>
#include <QProcess>
#include <QTextBrowser>

#include <fstream>

namespace hipcuff::viewer {
namespace {

using nlohmann::json;

/// As `--plugin misbehaving,...` sets a viewer up.
Harness::Options with(const char* values, plugin::OnFault onFault = plugin::OnFault::stop) {
  const plugin::Request request = plugin::parseRequest(std::string("misbehaving") + values);
  plugin::Loaded loaded = plugin::loadPlugins({request}, {HIPCUFF_FAULTY_PLUGINS}, builtinStages(), onFault);
  Harness::Options options;
  options.stages = std::move(loaded.stages);
  options.plugins = plugin::recordsOf(loaded.plugins);
  return options;
}

QString words(Harness& h) {
  return h.find<QTextBrowser>("grade.words")->toPlainText();
}

json resultsIn(const QString& folder) {
  std::ifstream file((folder + QStringLiteral("/results.json")).toStdString());
  return file ? json::parse(file) : json();
}

bool saveIn(Harness& h, const QString& folder) {
  bool well = false;
  const auto good = QObject::connect(&h.workspace(), &Workspace::saved, [&] { well = true; });
  h.workspace().save(h.workspace().exam(0).key, folder.toStdString());
  const bool came = Harness::until([&] { return well; });
  QObject::disconnect(good);
  return came;
}

const QString named = QStringLiteral("tendon by misbehaving 1.2.3");

} // namespace

class Plugins : public Journey {
  Q_OBJECT
private slots:
  void whoFoundItIsPlain();
  void refusedPicturesNameThemToo();
  void savedAndOpenedWithoutThePlugin();
  void standInIsSaid();
  void stopSaysWhyAndTheWindowLives();
  void failingAsItPlaysIsSaid_data();
  void failingAsItPlaysIsSaid();
  void leftOutIsSaidAtTheStart();
};

void Plugins::whoFoundItIsPlain() {
  Harness h(with(""));
  QVERIFY(h.open({testdata(QStringLiteral("normal-left-long"))}));
  QVERIFY2(words(h).contains(named), qPrintable(words(h)));
  QVERIFY(words(h).contains(QStringLiteral("how well they hold with a plugin's is not known")));
  QVERIFY2(!words(h).contains(QStringLiteral("of the graded ones are wrong")), "that was set with the built-in stages");
  h.keepShot(QStringLiteral("plugin-named"));
  // Without one, not a word.
  Harness plain;
  QVERIFY(plain.open({testdata(QStringLiteral("normal-left-long"))}));
  QVERIFY(!words(plain).contains(QStringLiteral("plugin")));
}

void Plugins::refusedPicturesNameThemToo() {
  QTemporaryDir folder;
  const QString file = exam(folder, {QStringLiteral("normal-left-long")}) + QStringLiteral("/normal-left-long.dcm");
  QCOMPARE(QProcess::execute(QStringLiteral("dcmodify"), {QStringLiteral("-nb"), QStringLiteral("-q"),
                                                          QStringLiteral("-ea"), QStringLiteral("(0018,6011)"), file}),
           0); // no millimetres any more
  Harness h(with(""));
  QVERIFY(h.open({file}));
  QVERIFY(h.result().grade.grade == GradeClass::notGradable);
  QVERIFY2(words(h).contains(named), qPrintable(words(h)));
}

void Plugins::savedAndOpenedWithoutThePlugin() {
  QTemporaryDir out;
  const QString folder = out.filePath(QStringLiteral("reviewed"));
  {
    Harness h(with(""));
    QVERIFY(h.open({testdata(QStringLiteral("normal-left-long"))}));
    h.key(QStringLiteral("A"));
    QVERIFY(saveIn(h, folder));
  }
  const auto plugins = resultsIn(folder).at("plugins");
  QCOMPARE(plugins.size(), std::size_t{1});
  QCOMPARE(plugins[0].at("name").get<std::string>(), std::string("misbehaving"));
  // Whoever opens it has no such plugin: nothing is analysed again, and it still says whose it is.
  Harness h;
  QVERIFY(h.open({folder}));
  QVERIFY2(words(h).contains(named), qPrintable(words(h)));
  h.key(QStringLiteral("Ctrl+Z"));
  h.key(QStringLiteral("A"));
  QVERIFY(saveIn(h, folder));
  QVERIFY(resultsIn(folder).at("plugins") == plugins);
  QVERIFY(resultsIn(folder).dump().find("\"plugin\":\"misbehaving\"") != std::string::npos);
}

void Plugins::standInIsSaid() {
  Harness h(with(",fault=throws,stage=tendon", plugin::OnFault::builtin));
  QVERIFY(h.open({testdata(QStringLiteral("normal-left-long"))}));
  QVERIFY(h.result().grade.grade == GradeClass::normal);
  const QString text = words(h);
  const int said = text.indexOf(QStringLiteral("A plugin failed on this picture (tendon: misbehaving 1.2.3)"));
  QVERIFY2(said >= 0, qPrintable(text));
  QVERIFY2(said < text.indexOf(QStringLiteral("Why")), "it is said where it is seen, not below everything else");
  QVERIFY(text.contains(QStringLiteral("cortex by misbehaving 1.2.3")));
  QVERIFY(!text.contains(named));
  h.keepShot(QStringLiteral("plugin-stand-in"));
}

void Plugins::stopSaysWhyAndTheWindowLives() {
  Harness h(with(",fault=throws,stage=tendon"));
  QVERIFY(h.open({testdata(QStringLiteral("normal-left-long"))}));
  QVERIFY(h.picture().state == Picture::State::failed);
  QCOMPARE(h.find<GradeBadge>("grade.class")->text(), QStringLiteral("not analysed: it failed"));
  QVERIFY2(words(h).contains(QStringLiteral("plugin 'misbehaving' 1.2.3, tendon segmenter: the model is upset")),
           qPrintable(words(h)));
  QVERIFY2(h.pane().widget().hasPicture(), "it can still be looked at");
  h.keepShot(QStringLiteral("plugin-failed"));
  h.key(QStringLiteral("A")); // nothing to accept
  QVERIFY(!h.workspace().unsaved());
}

void Plugins::failingAsItPlaysIsSaid_data() {
  QTest::addColumn<bool>("standIn");
  QTest::addRow("stop") << false;
  QTest::addRow("builtin") << true;
}

void Plugins::failingAsItPlaysIsSaid() {
  // Results made without the plugin are not made again; the frame on screen is analysed with it.
  QFETCH(bool, standIn);
  QTemporaryDir out;
  const QString folder = out.filePath(QStringLiteral("results"));
  QCOMPARE(QProcess::execute(QStringLiteral(HIPCUFF_BIN_DIR "/hipcuff"),
                             {QStringLiteral("analyze"), QStringLiteral("--quiet"), QStringLiteral("--out"), folder,
                              testdata(QStringLiteral("undersurface-left-cine"))}),
           0);
  Harness h(with(",fault=throws,stage=tendon", standIn ? plugin::OnFault::builtin : plugin::OnFault::stop));
  QVERIFY(h.open({folder}));
  const int measured = h.result().frame.value();
  h.trigger("live");
  h.pane().setFrame(measured > 0 ? measured - 1 : 1);
  const QString expected = standIn ? QStringLiteral("A plugin failed on frame")
                                   : QStringLiteral("plugin 'misbehaving' 1.2.3, tendon segmenter: the model is upset");
  QVERIFY2(Harness::until([&] { return h.said().startsWith(expected); }, 10000), qPrintable(h.said()));
  h.keepShot(standIn ? QStringLiteral("plugin-live-stand-in") : QStringLiteral("plugin-live-failed"));
  h.pane().goToMeasured(); // the saved result stands
  QVERIFY(Harness::until([&] { return h.pane().shownResult() != nullptr; }, 5000));
  QVERIFY(!words(h).contains(QStringLiteral("plugin")));
}

void Plugins::leftOutIsSaidAtTheStart() {
  Harness h;
  QVERIFY(h.bar().isEmpty());
  h.window().tellLeftOut({});
  QVERIFY(h.bar().isEmpty());
  h.window().tellLeftOut({"a<b.so: plugin 'no_entry' 1.0.0 has no function hipcuffPluginMake; it was left out"});
  QVERIFY(h.bar().contains(QStringLiteral("a&lt;b.so: plugin 'no_entry' 1.0.0 has no function")));
  QVERIFY(h.open({testdata(QStringLiteral("normal-left-long"))}));
  QVERIFY2(!h.bar().isEmpty(), "opening an exam doesn't take it away");
}

HIPCUFF_JOURNEY(Plugins);

} // namespace hipcuff::viewer

#include "journeys_plugins.moc"
