#include "page.h"

#include "schema.h"

#include "hipcuff/core/digest.h"
#include "hipcuff/core/error.h"
#include "hipcuff/report/page_text.h"

#include <algorithm>
#include <stdexcept>

namespace hipcuff::batch {

SteadyView::SteadyView(Database& database)
    : database_(database) {
  database_.run("SAVEPOINT steady_view");
}

SteadyView::~SteadyView() {
  try {
    database_.run("RELEASE steady_view");
  } catch (const SqlError&) { // nothing was written
  }
}

void reading(const std::filesystem::path& catalogue, const std::function<void()>& work) {
  try {
    work();
  } catch (const SqlError& error) {
    throw InputError(catalogue, "the catalogue cannot be read: " + error.message(),
                     error.failure() == SqlFailure::damaged
                         ? "run 'hipcuff batch' with --resume: it is made anew from the exams' folders"
                         : "check the file's permissions and the free space");
  }
}

void fillTemplate(AtomicFile& file, std::string_view text,
                  const std::map<std::string, std::string, std::less<>>& values) {
  while (!text.empty()) {
    const std::size_t open = text.find("{{");
    file.write(text.substr(0, open));
    if (open == std::string_view::npos)
      return;
    const std::size_t close = text.find("}}", open);
    if (close == std::string_view::npos)
      throw std::logic_error("page template: {{ without }}");
    const auto value = values.find(text.substr(open + 2, close - open - 2));
    if (value == values.end())
      throw std::logic_error("page template: no value for " + std::string(text.substr(open, close - open)));
    file.write(value->second);
    text.remove_prefix(close + 2);
  }
}

std::string policyHash(std::string_view content) {
  const std::string hex = sha256(content);
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  return "'sha256-" + report::base64(bytes) + "'";
}

std::string forScript(const std::string& json) {
  std::string out;
  out.reserve(json.size());
  for (const char c : json) {
    if (c == '<') // in JSON it stands in strings only
      out += "\\u003c";
    else
      out += c;
  }
  return out;
}

std::string grouped(std::int64_t count) {
  std::string digits = std::to_string(count);
  const std::size_t first = count < 0 ? 1 : 0;
  for (std::size_t i = digits.size(); i > first + 3;)
    digits.insert(i -= 3, ",");
  return digits;
}

std::string counted(std::int64_t count, const std::string& one, const std::string& many) {
  return grouped(count) + " " + (count == 1 ? one : many);
}

std::string readableTime(const std::string& iso) {
  if (iso.size() >= 16 && iso[10] == 'T' && iso.back() == 'Z')
    return report::toUtf8(iso.substr(0, 10) + " " + iso.substr(11, 5) + " UTC");
  return report::toUtf8(iso);
}

std::string pluginsUsed(Database& database) {
  Statement rows(database, "SELECT m.value, count(*) FROM exams e JOIN meta m ON m.key = '" + pluginsKey +
                               "' || e.settings WHERE e.state = 'done' GROUP BY m.value ORDER BY m.value");
  std::string text;
  while (rows.step())
    text += counted(rows.integer(1), "exam", "exams") + " analysed with " +
            report::escapeHtml(report::toUtf8(rows.text(0))) + ". ";
  return text;
}

std::int64_t number(Database& database, const char* sql) {
  Statement statement(database, sql);
  return statement.step() ? statement.integer(0) : 0;
}

} // namespace hipcuff::batch
