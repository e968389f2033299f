// hipcuff_make_cine OUT.dcm FRAMES [COLUMNS ROWS]: a JPEG cine of a simulated hip for scripts/measure-memory.
#include "jpeg_cine.h"

#include <cstdlib>
#include <exception>
#include <iostream>

int main(int argc, char** argv) {
  if (argc != 3 && argc != 5) {
    std::cerr << "usage: hipcuff_make_cine OUT.dcm FRAMES [COLUMNS ROWS]\n";
    return 2;
  }
  try {
    const int columns = argc == 5 ? std::stoi(argv[3]) : 800;
    const int rows = argc == 5 ? std::stoi(argv[4]) : 600;
    constexpr int different = 6; // simulating takes long; the reader can't know that frames repeat
    hipcuff::bench::writeJpegCine(argv[1], hipcuff::bench::simulatedCine(columns, rows, different, std::stoi(argv[2])));
  } catch (const std::exception& e) {
    std::cerr << "hipcuff_make_cine: " << e.what() << '\n';
    return 1;
  }
  return 0;
}
