// Files of their own that end up inside the program.
#pragma once

namespace hipcuff::deidentify {

extern const char* const sheetTemplate;
extern const char* const sheetStyle;
extern const char* const sheetScript;

} // namespace hipcuff::deidentify
