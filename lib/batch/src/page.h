// What the worklist and the summary share: templates, policy, a steady view of the catalogue.
#pragma once

#include "sqlite.h"

#include "hipcuff/core/atomic_file.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace hipcuff::batch {

extern const char* const worklistTemplate;
extern const char* const worklistStyle;
extern const char* const worklistScript;
extern const char* const summaryTemplate;
extern const char* const summaryStyle;

/// Everything read until the end is from one moment, whoever writes meanwhile. Nests.
class SteadyView {
public:
  explicit SteadyView(Database& database);
  ~SteadyView();
  SteadyView(const SteadyView&) = delete;
  SteadyView& operator=(const SteadyView&) = delete;

private:
  Database& database_;
};

/// Runs `work`; what SQLite has against it becomes an InputError that names the catalogue.
void reading(const std::filesystem::path& catalogue, const std::function<void()>& work);

/// Writes the template with each {{name}} replaced. @throws std::logic_error for a name without a value
void fillTemplate(AtomicFile& file, std::string_view text,
                  const std::map<std::string, std::string, std::less<>>& values);

/// 'sha256-...' of an inline script or style, for a Content-Security-Policy.
[[nodiscard]] std::string policyHash(std::string_view content);
/// JSON that may stand in a script element: no "<" in it.
[[nodiscard]] std::string forScript(const std::string& json);
/// 17302 -> "17,302"
[[nodiscard]] std::string grouped(std::int64_t count);
/// "1 exam", "2 exams"
[[nodiscard]] std::string counted(std::int64_t count, const std::string& one, const std::string& many);
/// "2026-11-22T06:12:00Z" -> "2026-11-22 06:12 UTC"; anything else as it is (UTF-8)
[[nodiscard]] std::string readableTime(const std::string& iso);
/// "12 exams analysed with level_set 1.0.0. " for each set of plugins that results were made with, as HTML.
[[nodiscard]] std::string pluginsUsed(Database& database);
/// One number; 0 where there is none.
[[nodiscard]] std::int64_t number(Database& database, const char* sql);

} // namespace hipcuff::batch
