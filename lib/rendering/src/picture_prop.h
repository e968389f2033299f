// VTK props of the interactive picture: the pixels as one texture, and what lies over them as triangles and words.
#pragma once

#include "drawing.h"
#include "picture_scaler.h"
#include "stroke_mesh.h"

#include <vtkActor2D.h>
#include <vtkNew.h>
#include <vtkPolyData.h>
#include <vtkPolyDataMapper2D.h>
#include <vtkProp.h>
#include <vtkSmartPointer.h>

#include <cstdint>
#include <memory>
#include <vector>

class vtkOpenGLQuadHelper;
class vtkRenderer;
class vtkTextureObject;

namespace hipcuff::drawing {

/// RGBA pixels, stretched over a rectangle of the window by one textured quad. Where the rectangle leaves the window it
/// is cut on the processor, so that a picture pixel's place stays exact at any zoom.
class TextureProp : public vtkProp {
public:
  static TextureProp* New();
  vtkTypeMacro(TextureProp, vtkProp)

      /// Rows from top to bottom, 4 bytes a pixel; written by the caller, uploaded at the next rendering.
      std::uint8_t* pixels(int width, int height);
  [[nodiscard]] int width() const noexcept { return width_; }
  [[nodiscard]] int height() const noexcept { return height_; }
  /// Window pixels (y down) of the upper left and the lower right corner of the pixels; x1 < x0: mirrored.
  void setRect(const Rect& rect) { rect_ = rect; }
  void setWindow(int width, int height, bool topRowFirst);
  void setSmooth(bool smooth) { smooth_ = smooth; }
  void setBlended(bool blended) { blended_ = blended; } ///< alpha counts; false: all is opaque
  int RenderOverlay(vtkViewport* viewport) override;
  void ReleaseGraphicsResources(vtkWindow* window) override;

protected:
  TextureProp();
  ~TextureProp() override;

private:
  std::vector<std::uint8_t> pixels_;
  int width_ = 0;
  int height_ = 0;
  bool changed_ = false;
  Rect rect_;
  int windowWidth_ = 1;
  int windowHeight_ = 1;
  bool topRowFirst_ = false;
  bool smooth_ = false;
  bool blended_ = false;
  vtkSmartPointer<vtkTextureObject> texture_;
  std::unique_ptr<vtkOpenGLQuadHelper> quad_;
};

/// Several of them, painted one after the other as one prop.
class TextureStack : public vtkProp {
public:
  static TextureStack* New();
  vtkTypeMacro(TextureStack, vtkProp)

      /// Number `index`, made where it isn't yet.
      TextureProp& at(std::size_t index);
  void setCount(std::size_t count) { count_ = count; } ///< how many of them are painted
  int RenderOverlay(vtkViewport* viewport) override;
  void ReleaseGraphicsResources(vtkWindow* window) override;

protected:
  TextureStack();
  ~TextureStack() override;

private:
  std::vector<vtkSmartPointer<TextureProp>> props_;
  std::size_t count_ = 0;
};

/// A mesh in window pixels (y down).
class MeshActor {
public:
  MeshActor();
  void addTo(vtkRenderer* renderer);
  void set(const Mesh& mesh, int windowHeight, bool topRowFirst, ByteOrder order);
  void show(bool shown);

private:
  vtkNew<vtkPolyData> data_;
  vtkNew<vtkPolyDataMapper2D> mapper_;
  vtkNew<vtkActor2D> actor_;
  bool empty_ = true;
};

} // namespace hipcuff::drawing
