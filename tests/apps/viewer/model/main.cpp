#include "session.h"

#include <unistd.h>

#include <exception>

namespace {

using namespace hipcuff;
using namespace hipcuff::viewer;

/// --die FILE JOURNAL WORDS...: a viewer that dies with unsaved work. Words: pull, back, side, undo.
int die(const std::vector<std::string>& given) {
  Session session(builtinStages(), given.at(1));
  if (!session.open(given.at(0)))
    return 2;
  for (std::size_t i = 2; i < given.size(); ++i)
    for (Picture* picture : session.pictures()) {
      QString problem;
      if (given[i] == "pull" || given[i] == "back")
        problem = session->edit(picture->id, pull(*picture, given[i] == "pull" ? 1 : -0.5), frameOf(*picture));
      else if (given[i] == "side")
        problem = session->edit(picture->id, review::SetSide{Side::right}, 0);
      else if (given[i] == "undo")
        session->undo(picture->id);
      else
        return 3;
      if (!problem.isEmpty())
        return 4;
    }
  ::_exit(0); // nothing is closed, as after kill -9
}

} // namespace

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  QCoreApplication app(argc, argv); // signals across threads need its event loop
  if (argc > 3 && std::string(argv[1]) == "--die")
    return die({argv + 2, argv + argc});
  return RUN_ALL_TESTS();
}
