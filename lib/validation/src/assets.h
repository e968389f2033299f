// The report's style sheet, which is a file of its own in assets/.
#pragma once

namespace hipcuff::validation {

extern const char* const styleSheet;

} // namespace hipcuff::validation
