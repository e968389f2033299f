// The report's style sheet and script, built in from lib/report/assets.
#pragma once

namespace hipcuff::report {

extern const char* const styleSheet;
extern const char* const script;

} // namespace hipcuff::report
