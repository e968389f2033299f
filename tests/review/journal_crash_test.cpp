// Programs that are killed, files that are damaged, disks that are full.
#include "journal_sample.h"

#include "hipcuff/core/error.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <random>
#include <thread>

#include <sys/resource.h>
#include <sys/stat.h>

namespace hipcuff::review {
namespace {

using namespace journal_sample;
using testing::IsEmpty;
using testing::SizeIs;

// Death in the middle of writing

TEST(Journal, KilledWhileWriting) {
  std::mt19937 random(11);
  int mostFound = 0;
  for (int round = 0; round < 30; ++round) {
    ReviewFolder folder;
    Child child([&](int report) {
      Journal journal(folder.path());
      for (int n = 0;; ++n) {
        journal.edited(one, line(n, 2000));
        say(report, n);
      }
    });
    ASSERT_EQ(child.next(), 0);
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 15000));
    child.kill();
    int last = 0;
    for (int n = child.next(); n >= 0; n = child.next())
      last = n;
    const auto found = abandonedJournals(folder.path());
    ASSERT_THAT(found, SizeIs(1));
    const auto& edits = found[0].pictures.at(0).edits;
    ASSERT_GE(static_cast<int>(edits.size()), last + 1); // all whose call had returned
    ASSERT_LE(static_cast<int>(edits.size()), last + 2);
    for (int n = 0; n < static_cast<int>(edits.size()); ++n)
      ASSERT_EQ(edits[static_cast<std::size_t>(n)].frame, n);
    EXPECT_EQ(toJson(edits.back()), toJson(line(edits.back().frame, 2000)));
    mostFound = std::max(mostFound, static_cast<int>(edits.size()));
  }
  EXPECT_GT(mostFound, 2);
}

// Whatever part of the file reached the disk: the edits whose line is whole are there, in order.
TEST(Journal, CutAtEveryByte) {
  ReviewFolder folder;
  die(folder.path(), [](Journal& j) {
    for (int n = 0; n < 5; ++n)
      j.edited(one, line(n, 5));
  });
  const std::filesystem::path file = onlyFile(folder);
  const std::string whole = bytesOf(file);
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    for (const std::size_t zeros : {0, 100}) { // as a file system may leave it after a power cut
      const std::string bytes = whole.substr(0, size) + std::string(zeros, '\0');
      write(file, bytes);
      const auto lines = std::count(bytes.begin(), bytes.end(), '\n');
      std::vector<int> expected;
      for (int n = 0; n + 1 < lines; ++n)
        expected.push_back(n);
      const auto found = abandonedJournals(folder.path());
      ASSERT_THAT(found, SizeIs(expected.empty() ? 0 : 1)) << size;
      if (!expected.empty()) {
        EXPECT_EQ(framesOf(found[0].pictures.at(0).edits), expected) << size;
      }
    }
  }
}

TEST(Journal, DamagedLinesArePassedOver) {
  ReviewFolder folder;
  die(folder.path(), [](Journal& j) {
    j.edited(one, frame(1));
    j.edited(one, frame(2));
  });
  const std::filesystem::path file = onlyFile(folder);
  const std::string whole = bytesOf(file);
  const std::size_t header = whole.find('\n') + 1;
  const std::string first = whole.substr(header, whole.find('\n', header) + 1 - header);
  const std::string second = whole.substr(header + first.size());
  const std::string key = R"("picture":{"opened":"/a","path":"/a/b","pane":0,"sop_instance_uid":""})";
  for (const std::string& garbage :
       {std::string("\n"), std::string(1000, '\0') + "\n", std::string("\xff\xfe\x80\n"), std::string("{\"do\":\n"),
        std::string("[]\n"), std::string("null\n"), std::string("{\"do\":7}\n"),
        std::string("{\"do\":\"dance\"," + key + "}\n"), std::string("{\"do\":\"edited\"}\n"),
        std::string("{\"do\":\"undone\",\"picture\":{\"opened\":\"%4\",\"path\":\"\",\"pane\":0,"
                    "\"sop_instance_uid\":\"\"}}\n"),
        std::string("{\"do\":\"saved\",\"picture\":{\"opened\":\"\",\"path\":\"\",\"pane\":-1,"
                    "\"sop_instance_uid\":\"\"}}\n"),
        "{\"do\":\"edited\"," + key + ",\"edit\":" + std::string(200000, '[') + std::string(200000, ']') + "}\n",
        first.substr(0, first.size() / 2) + "\n"}) {
    write(file, whole.substr(0, header) + garbage + first + garbage + second + garbage);
    const auto found = abandonedJournals(folder.path());
    ASSERT_THAT(found, SizeIs(1)) << garbage.substr(0, 80);
    EXPECT_EQ(found[0].pictures.at(0).picture, one);
    EXPECT_EQ(framesOf(found[0].pictures.at(0).edits), (std::vector{1, 2})) << garbage.substr(0, 80);
  }
}

// An edit of a later version of the program, undone again: it must not take a known one with it.
TEST(Journal, AnUnknownEditKeepsItsPlace) {
  ReviewFolder folder;
  die(folder.path(), [](Journal& j) {
    j.edited(one, frame(1));
    j.edited(one, frame(2));
    j.undone(one);
  });
  const std::filesystem::path file = onlyFile(folder);
  std::string bytes = bytesOf(file);
  const std::size_t at = bytes.rfind("set_frame");
  bytes.replace(at, 9, "set_dance");
  write(file, bytes);
  {
    const auto found = abandonedJournals(folder.path());
    ASSERT_THAT(found, SizeIs(1));
    EXPECT_EQ(framesOf(found[0].pictures.at(0).edits), (std::vector{1}));
  }
  // Nothing else unsaved in it: not offered, and left for the program that knows it.
  bytes.replace(bytes.find("set_frame"), 9, "set_dance");
  write(file, bytes);
  EXPECT_THAT(abandonedJournals(folder.path()), IsEmpty());
  EXPECT_TRUE(std::filesystem::exists(file));
}

TEST(Journal, WhatIsNoJournalIsLeftAlone) {
  ReviewFolder folder;
  std::mt19937 random(3);
  std::string garbage(100000, ' ');
  for (char& c : garbage)
    c = static_cast<char>(random());
  write(folder.path() / "journal-empty.jsonl", "");
  write(folder.path() / "journal-garbage.jsonl", garbage);
  write(folder.path() / "journal-foreign.jsonl", "{\"do\":\"saved\"}\n{\"do\":\"saved\"}\n");
  write(folder.path() / "notes.txt", "{\"format\":\"hipcuff.journal/1\"}\n");
  std::filesystem::create_directory(folder.path() / "journal-folder.jsonl");
  ASSERT_EQ(::mkfifo((folder.path() / "journal-pipe.jsonl").c_str(), 0600), 0);
  std::filesystem::create_symlink("notes.txt", folder.path() / "journal-link.jsonl");
  EXPECT_THAT(abandonedJournals(folder.path()), IsEmpty());
  int entries = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder.path()))
    ++entries;
  EXPECT_EQ(entries, 7);
  EXPECT_THAT(abandonedJournals(folder.path() / "absent"), IsEmpty());
  EXPECT_THAT(abandonedJournals(folder.path() / "notes.txt"), IsEmpty());
}

// Disks

TEST(Journal, DiskFull) {
  ReviewFolder folder;
  Child child([&](int report) {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit full{100000, RLIM_INFINITY};
    ::setrlimit(RLIMIT_FSIZE, &full);
    Journal journal(folder.path());
    int n = 0;
    try {
      for (;; ++n)
        journal.edited(one, line(n));
    } catch (const OutputError& e) {
      say(report, n);
      say(report, std::string(e.what()).find(folder.path().string()) != std::string::npos ? 1 : 0);
    }
    try {
      journal.edited(one, line(n)); // a second try leaves no trace either
    } catch (const OutputError&) {
      say(report, 2);
    }
    journal.edited(one, frame(1000)); // what is small enough still fits
    const rlimit room{RLIM_INFINITY, RLIM_INFINITY};
    ::setrlimit(RLIMIT_FSIZE, &room);
    journal.edited(one, line(1001)); // someone made room
    ::_exit(0);
  });
  const int written = child.next();
  EXPECT_EQ(child.next(), 1);
  EXPECT_EQ(child.next(), 2);
  ASSERT_EQ(child.wait(), 0);
  ASSERT_GT(written, 3);
  const auto found = abandonedJournals(folder.path());
  ASSERT_THAT(found, SizeIs(1));
  std::vector<int> expected;
  for (int n = 0; n < written; ++n)
    expected.push_back(n);
  expected.push_back(1000);
  expected.push_back(1001);
  EXPECT_EQ(framesOf(found[0].pictures.at(0).edits), expected);
}

TEST(Journal, DiskFullAtTheBeginning) {
  ReviewFolder folder;
  Child child([&](int report) {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit full{10, 10};
    ::setrlimit(RLIMIT_FSIZE, &full);
    try {
      Journal journal(folder.path());
    } catch (const OutputError&) {
      say(report, 1);
    }
  });
  EXPECT_EQ(child.next(), 1);
  child.wait();
  EXPECT_THAT(folder.files(), IsEmpty());
}

TEST(Journal, AFolderThatCannotBe) {
  ReviewFolder folder;
  write(folder.path() / "file", "x");
  EXPECT_THROW(Journal(folder.path() / "file"), OutputError);
  EXPECT_THROW(Journal(folder.path() / "file" / "below"), OutputError);
  EXPECT_THROW(Journal("/proc/hipcuff"), OutputError);
}

TEST(Journal, AFileThatVanishesIsSaid) {
  ReviewFolder folder;
  Journal journal(folder.path());
  journal.edited(one, frame(1));
  std::filesystem::remove(onlyFile(folder));
  EXPECT_THROW(journal.edited(one, frame(2)), OutputError);
}

TEST(Journal, CostsAFewMilliseconds) {
  ReviewFolder folder;
  Journal journal(folder.path());
  std::vector<double> ms;
  for (int n = 0; n < 100; ++n) {
    const auto before = std::chrono::steady_clock::now();
    journal.edited(one, line(n));
    ms.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - before).count());
  }
  journal.discarded(one);
  std::sort(ms.begin(), ms.end());
  std::printf("a redrawn border in the journal: median %.2f ms, worst %.2f ms\n", ms[50], ms.back());
  EXPECT_LT(ms[50], 50); // far beyond: it would be felt at the pointer
}

} // namespace
} // namespace hipcuff::review
