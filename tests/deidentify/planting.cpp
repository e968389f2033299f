#include "planting.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>

#include <ft2build.h>
#include FT_FREETYPE_H
#include <jpeglib.h>

namespace hipcuff::test {
namespace {

template <typename Value, std::size_t N>
const Value& oneOf(const std::array<Value, N>& values, std::mt19937& random) {
  return values[random() % N];
}

int between(int least, int most, std::mt19937& random) {
  return least + static_cast<int>(random() % static_cast<unsigned>(most - least + 1));
}

std::string someText(Script script, std::mt19937& random) {
  static const std::array<const char*, 12> latin{"MILLER, ANNA", "Smith John", "O'BRIEN",   "Lee",
                                                 "Taylor-Jones", "WILSON",     "Dr. Baker", "Garcia M",
                                                 "Kim Soo",      "EVANS",      "Patel R.",  "Novak"};
  static const std::array<const char*, 8> umlauts{"MÜLLER, JÖRG", "Günther",     "Søren Bæk", "Łukasz",
                                                  "ÅSTRÖM",       "Jiří Dvořák", "GONÇALVES", "Weiß"};
  static const std::array<const char*, 6> cyrillic{"ИВАНОВ",     "Смирнова А", "Кузнецов",
                                                   "ПОПОВ И.И.", "Шевченко",   "Жуков"};
  static const std::array<const char*, 8> japanese{"山田太郎", "佐藤 花子", "ヤマダ タロウ", "鈴木一郎",
                                                   "やまだ",   "高橋",      "田中 実",       "ワタナベ"};
  switch (script) {
  case Script::latin:
    return oneOf(latin, random);
  case Script::umlauts:
    return oneOf(umlauts, random);
  case Script::cyrillic:
    return oneOf(cyrillic, random);
  case Script::japanese:
    return oneOf(japanese, random);
  case Script::digits: {
    char text[32];
    const int form = between(0, 2, random);
    if (form == 0)
      std::snprintf(text, sizeof text, "%02d/%02d/%d", between(1, 12, random), between(1, 28, random),
                    between(1930, 2020, random));
    else if (form == 1)
      std::snprintf(text, sizeof text, "%d", between(1000000, 99999999, random));
    else
      std::snprintf(text, sizeof text, "ID%06d", between(1, 999999, random));
    return text;
  }
  }
  return {};
}

char32_t nextCharacter(const std::string& utf8, std::size_t& at) {
  const auto byte = [&](std::size_t i) { return static_cast<char32_t>(static_cast<unsigned char>(utf8[i])); };
  const char32_t first = byte(at++);
  if (first < 0x80)
    return first;
  const int more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
  char32_t out = first & (0x3FU >> more);
  for (int i = 0; i < more; ++i)
    out = out << 6 | (byte(at++) & 0x3FU);
  return out;
}

struct Library {
  FT_Library handle = nullptr;
  Library() {
    if (FT_Init_FreeType(&handle) != 0)
      throw std::runtime_error("FreeType does not start");
  }
  ~Library() { FT_Done_FreeType(handle); }
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;
};

struct Face {
  FT_Face handle = nullptr;
  Face(FT_Library library, const std::string& file) {
    if (FT_New_Face(library, file.c_str(), 0, &handle) != 0)
      throw std::runtime_error(file + " is missing (scripts/packages.debian names the fonts)");
  }
  ~Face() { FT_Done_Face(handle); }
  Face(const Face&) = delete;
  Face& operator=(const Face&) = delete;
};

class Pictures final : public FrameSource {
public:
  explicit Pictures(std::shared_ptr<const std::vector<RgbImage>> all)
      : all_(std::move(all)) {}
  RgbImage frame(int index) override { return all_->at(static_cast<std::size_t>(index)); }
  [[nodiscard]] std::unique_ptr<FrameSource> clone() const override { return std::make_unique<Pictures>(all_); }

private:
  std::shared_ptr<const std::vector<RgbImage>> all_;
};

using Rgb = std::array<int, 3>;

struct Paint {
  Rgb ink{255, 255, 255};
  bool rim = false;
  bool plate = false;
  Rgb behind{0, 0, 0};
};

} // namespace

const char* nameOf(Place place) noexcept {
  static constexpr std::array<const char*, places> names{"outside", "dark", "tissue", "edge", "cut"};
  return names[static_cast<std::size_t>(place)];
}
const char* nameOf(Style style) noexcept {
  static constexpr std::array<const char*, styles> names{"white", "grey",  "colour", "outlined",
                                                         "plate", "black", "faint",  "bitmap"};
  return names[static_cast<std::size_t>(style)];
}
const char* nameOf(Script script) noexcept {
  static constexpr std::array<const char*, scripts> names{"latin", "umlauts", "cyrillic", "japanese", "digits"};
  return names[static_cast<std::size_t>(script)];
}
const char* nameOf(Packing packing) noexcept {
  static constexpr std::array<const char*, packings> names{"lossless", "jpeg90", "jpeg75"};
  return names[static_cast<std::size_t>(packing)];
}

Plant randomPlant(std::mt19937& random) {
  Plant out;
  out.place = static_cast<Place>(random() % places);
  out.style = static_cast<Style>(random() % styles);
  out.script = static_cast<Script>(random() % scripts);
  out.packing = static_cast<Packing>(random() % packings);
  out.height = between(out.script == Script::japanese ? 14 : 10, 40, random);
  out.text = someText(out.script, random);
  return out;
}

GreyImage drawText(const std::string& utf8, int height, bool smooth, int font) {
  static const std::string folder = "/usr/share/fonts/";
  static const std::array<const char*, fonts> files{
      "truetype/dejavu/DejaVuSans.ttf", "truetype/dejavu/DejaVuSans-Bold.ttf", "truetype/dejavu/DejaVuSansMono.ttf",
      "truetype/dejavu/DejaVuSerif.ttf", "opentype/ipafont-gothic/ipag.ttf"};
  const Library library;
  const Face face(library.handle, folder + files[static_cast<std::size_t>(font)]);
  FT_Set_Pixel_Sizes(face.handle, 0, static_cast<FT_UInt>(height));
  GreyImage out(4 + static_cast<int>(utf8.size()) * height, 2 * height + 4);
  int pen = 2;
  int last = 0;
  for (std::size_t at = 0; at < utf8.size();) {
    const char32_t c = nextCharacter(utf8, at);
    if (FT_Load_Char(face.handle, c, FT_LOAD_RENDER | (smooth ? FT_LOAD_TARGET_NORMAL : FT_LOAD_TARGET_MONO)) != 0)
      throw std::runtime_error("a letter can't be drawn");
    const FT_GlyphSlot glyph = face.handle->glyph;
    const FT_Bitmap& bits = glyph->bitmap;
    for (unsigned y = 0; y < bits.rows; ++y)
      for (unsigned x = 0; x < bits.width; ++x) {
        const unsigned char* row = bits.buffer + static_cast<std::ptrdiff_t>(y) * bits.pitch;
        const int value = smooth ? row[x] : (row[x / 8] >> (7 - x % 8) & 1) * 255;
        const int u = pen + glyph->bitmap_left + static_cast<int>(x);
        const int v = height + height / 4 - glyph->bitmap_top + static_cast<int>(y);
        if (value > 0 && u >= 0 && v >= 0 && u < out.width && v < out.height) {
          out.at(u, v) = static_cast<std::uint8_t>(std::max<int>(out.at(u, v), value));
          last = std::max(last, u);
        }
      }
    pen += static_cast<int>(glyph->advance.x >> 6);
  }
  int top = out.height;
  int bottom = -1;
  for (int y = 0; y < out.height; ++y)
    if (std::any_of(out.row(y), out.row(y) + out.width, [](std::uint8_t v) { return v != 0; })) {
      top = std::min(top, y);
      bottom = y;
    }
  return bottom < 0 ? GreyImage{} : crop(out, {0, top, std::min(last + 2, out.width - 1), bottom});
}

namespace {

/// Where the text's upper left corner goes; false where no such place is found.
bool findPlace(const RgbImage& picture, const Mask& bmode, const GreyImage& ink, Place place, std::mt19937& random,
               int& x, int& y) {
  const GreyImage grey = toGrey(picture);
  for (int attempt = 0; attempt < 2000; ++attempt) {
    if (place == Place::cut) {
      const int side = between(0, 3, random);
      x = side == 0   ? -ink.width / 3
          : side == 1 ? picture.width - 2 * ink.width / 3
                      : between(0, std::max(0, picture.width - ink.width), random);
      y = side == 2   ? -ink.height / 4
          : side == 3 ? picture.height - 3 * ink.height / 4
                      : between(0, std::max(0, picture.height - ink.height), random);
      return true;
    }
    if (picture.width <= ink.width || picture.height <= ink.height)
      return false;
    x = between(0, picture.width - ink.width, random);
    y = between(0, picture.height - ink.height, random);
    int in = 0;
    int dark = 0;
    int all = 0;
    for (int v = y; v < y + ink.height; v += 2)
      for (int u = x; u < x + ink.width; u += 2) {
        ++all;
        in += bmode.at(u, v) != 0;
        dark += grey.at(u, v) < 12;
      }
    const bool fits = place == Place::outside  ? in == 0
                      : place == Place::dark   ? in == all && dark * 10 >= all * 9
                      : place == Place::tissue ? in == all && dark * 10 <= all * 3
                                               : in * 10 > all * 3 && in * 10 < all * 7;
    if (fits)
      return true;
  }
  return false;
}

Paint paintOf(Style style, int around, std::mt19937& random) {
  static constexpr std::array<Rgb, 6> colours{Rgb{255, 255, 0}, Rgb{0, 255, 0},   Rgb{0, 255, 255},
                                              Rgb{255, 160, 0}, Rgb{255, 60, 60}, Rgb{200, 220, 80}};
  Paint paint;
  const auto grey = [](int value) { return Rgb{value, value, value}; };
  switch (style) {
  case Style::white:
  case Style::bitmap:
    break;
  case Style::grey:
    paint.ink = grey(between(150, 220, random));
    break;
  case Style::colour:
    paint.ink = oneOf(colours, random);
    break;
  case Style::outlined:
    paint.ink = grey(between(200, 255, random));
    paint.rim = true;
    break;
  case Style::plate:
    paint.ink = grey(between(0, 40, random));
    paint.plate = true;
    paint.behind = grey(between(150, 255, random));
    break;
  case Style::black:
    paint.ink = grey(between(0, 10, random));
    break;
  case Style::faint:
    paint.ink = grey(std::min(255, around + between(35, 60, random)));
    break;
  }
  return paint;
}

} // namespace

Planted plant(const RgbImage& picture, const Mask& bmode, const Plant& what, std::mt19937& random) {
  Planted out;
  const int font = what.script == Script::japanese ? 4 : between(0, 3, random);
  const GreyImage ink = drawText(what.text, what.height, what.style != Style::bitmap, font);
  int x = 0;
  int y = 0;
  if (ink.empty() || !findPlace(picture, bmode, ink, what.place, random, x, y))
    return out;
  out.placed = true;
  out.picture = picture;
  out.ink = Mask(picture.width, picture.height);
  out.box = {picture.width, picture.height, -1, -1};
  const PixelBox whole{0, 0, picture.width - 1, picture.height - 1};
  const GreyImage grey = toGrey(picture);
  long sum = 0;
  long count = 0;
  const PixelBox plate = intersection({x - 4, y - 4, x + ink.width + 3, y + ink.height + 3}, whole);
  for (int v = plate.y0; v <= plate.y1; ++v)
    for (int u = plate.x0; u <= plate.x1; ++u, ++count)
      sum += grey.at(u, v);
  const Paint paint = paintOf(what.style, static_cast<int>(sum / std::max(1L, count)), random);
  // What nobody can see is no text: black on black.
  const int around = static_cast<int>(sum / std::max(1L, count));
  const auto [least, most] = std::minmax({paint.ink[0], paint.ink[1], paint.ink[2]});
  const int luma = (paint.ink[0] * 299 + paint.ink[1] * 587 + paint.ink[2] * 114) / 1000;
  if (!paint.plate && !paint.rim && most - least < 40 && std::abs(luma - around) < 30) {
    out.placed = false;
    return out;
  }
  const auto blend = [&](int u, int v, const Rgb& colour, int weight) {
    for (int c = 0; c < 3; ++c) {
      std::uint8_t& value = out.picture.at(u, v, c);
      value = static_cast<std::uint8_t>((value * (255 - weight) + colour[static_cast<std::size_t>(c)] * weight + 127) /
                                        255);
    }
  };
  for (int v = plate.y0; paint.plate && v <= plate.y1; ++v)
    for (int u = plate.x0; u <= plate.x1; ++u)
      blend(u, v, paint.behind, 255);
  for (const bool rim : {true, false})
    for (int v = 0; v < ink.height; ++v)
      for (int u = 0; u < ink.width; ++u) {
        const int weight = ink.at(u, v);
        if (weight == 0 || (rim && !paint.rim))
          continue;
        const int reach = rim ? 1 : 0;
        for (int dv = -reach; dv <= reach; ++dv)
          for (int du = -reach; du <= reach; ++du)
            if (whole.contains(x + u + du, y + v + dv))
              blend(x + u + du, y + v + dv, rim ? Rgb{0, 0, 0} : paint.ink, weight);
        if (!rim && weight > 96 && whole.contains(x + u, y + v)) {
          out.ink.at(x + u, y + v) = 255;
          out.box = {std::min(out.box.x0, x + u), std::min(out.box.y0, y + v), std::max(out.box.x1, x + u),
                     std::max(out.box.y1, y + v)};
        }
      }
  out.picture = packed(out.picture, what.packing);
  out.placed = !out.box.empty();
  return out;
}

RgbImage packed(const RgbImage& picture, Packing packing) {
  if (packing == Packing::lossless)
    return picture;
  jpeg_error_mgr errors{};
  jpeg_compress_struct writer{};
  writer.err = jpeg_std_error(&errors);
  jpeg_create_compress(&writer);
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&writer, &bytes, &size);
  writer.image_width = static_cast<JDIMENSION>(picture.width);
  writer.image_height = static_cast<JDIMENSION>(picture.height);
  writer.input_components = 3;
  writer.in_color_space = JCS_RGB;
  jpeg_set_defaults(&writer);
  jpeg_set_quality(&writer, packing == Packing::jpeg90 ? 90 : 75, TRUE);
  jpeg_start_compress(&writer, TRUE);
  std::vector<std::uint8_t> line(static_cast<std::size_t>(picture.width) * 3);
  while (writer.next_scanline < writer.image_height) {
    std::copy_n(picture.row(static_cast<int>(writer.next_scanline)), line.size(), line.begin());
    JSAMPROW row = line.data();
    jpeg_write_scanlines(&writer, &row, 1);
  }
  jpeg_finish_compress(&writer);
  jpeg_destroy_compress(&writer);
  jpeg_decompress_struct reader{};
  reader.err = jpeg_std_error(&errors);
  jpeg_create_decompress(&reader);
  jpeg_mem_src(&reader, bytes, size);
  jpeg_read_header(&reader, TRUE);
  jpeg_start_decompress(&reader);
  RgbImage out(picture.width, picture.height);
  while (reader.output_scanline < reader.output_height) {
    JSAMPROW row = out.row(static_cast<int>(reader.output_scanline));
    jpeg_read_scanlines(&reader, &row, 1);
  }
  jpeg_finish_decompress(&reader);
  jpeg_destroy_decompress(&reader);
  std::free(bytes); // NOLINT: libjpeg's malloc
  return out;
}

Cine cineOf(std::vector<RgbImage> pictures, const Cine& like, Packing packing) {
  Cine cine = like;
  cine.columns = pictures.front().width;
  cine.rows = pictures.front().height;
  cine.frames = static_cast<int>(pictures.size());
  cine.format = "DICOM";
  cine.transferSyntaxUid = packing == Packing::lossless ? "1.2.840.10008.1.2.1" : "1.2.840.10008.1.2.4.50";
  cine.photometric = packing == Packing::lossless ? "RGB" : "YBR_FULL_422";
  cine.source = std::make_shared<Pictures>(std::make_shared<const std::vector<RgbImage>>(std::move(pictures)));
  return cine;
}

} // namespace hipcuff::test
