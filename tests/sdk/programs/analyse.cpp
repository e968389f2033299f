// The whole analysis of one input: prints the grade with its reasons and writes results.json, .csv and report.html.
#include "hipcuff/assessment/analysis.h"
#include "hipcuff/assessment/studies.h"
#include "hipcuff/core/error.h"
#include "hipcuff/grading/criteria.h"
#include "hipcuff/ingest/open.h"
#include "hipcuff/report/results_writer.h"

#include <iostream>

int main(int argc, char** argv) try {
  if (argc != 3)
    throw hipcuff::UsageError("two arguments are needed", "analyse INPUT OUTDIR");

  const hipcuff::Criteria criteria = hipcuff::builtinCriteria(); // every threshold, with its source
  const hipcuff::Analyzer analyzer({.stages = hipcuff::builtinStages(), .criteria = criteria});
  hipcuff::report::ResultsWriter writer(argv[2], {.commandLine = "analyse", .criteria = criteria});
  hipcuff::StudyCollector studies(criteria);
  hipcuff::SilentProgress progress;

  const hipcuff::Cine cine = hipcuff::openCine(argv[1]);
  for (const hipcuff::ImageResult& image : analyzer.analyze(cine, progress)) { // one for each picture on the screen
    std::cout << hipcuff::toString(image.grade.grade) << ", confidence " << image.grade.confidence << "\n";
    for (const std::string& reason : image.grade.reasons)
      std::cout << "  " << reason << "\n";
    for (const hipcuff::Refusal refusal : image.grade.refusals)
      std::cout << "  " << hipcuff::explain(refusal) << "\n";
    writer.add(image);
    studies.add(image, cine.studyDate);
  }
  writer.finish(studies.finish()); // images of one hip brought together
} catch (const hipcuff::Error& error) {
  std::cerr << "analyse: " << error.what() << "\n";
  return 1;
}
