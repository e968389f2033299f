// The errors that cross room borders. Each carries what a user needs: which file, what is wrong, what to do.
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>

namespace hipcuff {

/// Base of everything HipCuff throws on purpose. what() is one line: "PATH: PROBLEM (REMEDY)".
class Error : public std::runtime_error {
public:
  Error(std::filesystem::path path, std::string problem, std::string remedy);

  /// The file or folder concerned; empty where there is none.
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
  /// What is wrong, without the path and without a full stop.
  [[nodiscard]] const std::string& problem() const noexcept { return problem_; }
  /// What the user can do about it; may be empty.
  [[nodiscard]] const std::string& remedy() const noexcept { return remedy_; }

private:
  std::filesystem::path path_;
  std::string problem_;
  std::string remedy_;
};

/// An input that cannot be processed. The run goes on with the other inputs (exit code 3).
class InputError : public Error {
public:
  using Error::Error;
};

/// A readable file that is not for HipCuff: not ultrasound, not a picture. Skipped and counted (no failure).
class NotForUs : public Error {
public:
  using Error::Error;
};

/// Output that cannot be written: folder not writable, disk full. Ends the run (exit code 1).
class OutputError : public Error {
public:
  using Error::Error;
};

/// Wrong command line or wrong option value (exit code 2).
class UsageError : public Error {
public:
  explicit UsageError(std::string problem, std::string remedy = {});
};

/// A file that a stage needs and that is wrong in itself: criteria, schema, recipe (exit code 1).
class ConfigError : public Error {
public:
  using Error::Error;
};

} // namespace hipcuff
