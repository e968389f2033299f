// report.html as a whole: work list, exams, inputs that gave no result, criteria.
#pragma once

#include "spool.h"

#include "hipcuff/core/atomic_file.h"
#include "hipcuff/core/criteria.h"
#include "hipcuff/core/plugin_record.h"
#include "hipcuff/core/result.h"

#include <string>
#include <vector>

namespace hipcuff::report {

struct PageInfo {
  std::string created;
  std::string commandLine;
  const Criteria& criteria;
  const std::vector<PluginRecord>& plugins;
  const std::vector<InputOutcome>& failed;
  const std::vector<InputOutcome>& skipped;
  std::size_t analysed = 0;
};

struct ExamView {
  StudyResult study;
  std::string folder;              ///< where the study has no UID
  std::vector<ImageResult> images; ///< facts only
  std::string narrative;
  std::vector<Spool::Piece> sections; ///< of its images, worst first
};

/// Keeps of each exam its rows of the work list and its text; the images' sections stay in the spool.
class HtmlPage {
public:
  HtmlPage(PageInfo info, const Spool& spool);
  void addExam(const ExamView& exam);
  /// @throws OutputError
  void write(AtomicFile& file) const;

private:
  struct Row {
    int severity = 0;
    double confidence = 0;
    std::size_t exam = 0;
    std::string cells; ///< all cells but the running number
    GradeClass grade = GradeClass::notGradable;
  };
  struct Exam {
    std::string title;      ///< HTML
    std::string shortTitle; ///< HTML, for the work list
    std::string uid;        ///< HTML
    std::string head;       ///< hips and narrative
    std::vector<Spool::Piece> sections;
    int severity = 0;
    double confidence = 0;
  };
  void writeWorkList(AtomicFile& file) const;
  void writeExam(AtomicFile& file, const Exam& exam, std::size_t number) const;
  void writePlugins(AtomicFile& file) const;
  void writeOutcomes(AtomicFile& file) const;
  void writeCriteria(AtomicFile& file) const;

  PageInfo info_;
  const Spool& spool_;
  std::vector<Row> rows_;
  std::vector<Exam> exams_;
  std::size_t standIns_ = 0; ///< images with a stage that the built-in did in the place of a plugin
};

} // namespace hipcuff::report
