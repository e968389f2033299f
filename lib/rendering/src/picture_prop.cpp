#include "picture_prop.h"

#include <vtkCellArray.h>
#include <vtkObjectFactory.h>
#include <vtkOpenGLQuadHelper.h>
#include <vtkOpenGLRenderWindow.h>
#include <vtkOpenGLShaderCache.h>
#include <vtkOpenGLState.h>
#include <vtkPointData.h>
#include <vtkPoints.h>
#include <vtkProperty2D.h>
#include <vtkRenderer.h>
#include <vtkShaderProgram.h>
#include <vtkTextureObject.h>
#include <vtkUnsignedCharArray.h>
#include <vtkViewport.h>
#include <vtk_glew.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace hipcuff::drawing {
namespace {

constexpr const char* vertexShader = R"(//VTK::System::Dec
in vec2 ndCoordIn; // the quad helper's names
in vec2 texCoordIn;
out vec2 at;
uniform vec4 place;   // of the quad: left, bottom, right, top in device coordinates
uniform vec4 section; // of the texture, at the same corners
void main() {
  at = mix(section.xy, section.zw, texCoordIn);
  gl_Position = vec4(mix(place.xy, place.zw, 0.5 * ndCoordIn + 0.5), 0.0, 1.0);
}
)";

constexpr const char* fragmentShader = R"(//VTK::System::Dec
//VTK::Output::Dec
in vec2 at;
uniform sampler2D picture;
void main() {
  gl_FragData[0] = texture(picture, at);
}
)";

} // namespace

vtkStandardNewMacro(TextureProp)

    TextureProp::TextureProp() = default;
TextureProp::~TextureProp() = default;

std::uint8_t* TextureProp::pixels(int width, int height) {
  width_ = width;
  height_ = height;
  pixels_.resize(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 4);
  changed_ = true;
  return pixels_.data();
}

void TextureProp::setWindow(int width, int height, bool topRowFirst) {
  windowWidth_ = width;
  windowHeight_ = height;
  topRowFirst_ = topRowFirst;
}

int TextureProp::RenderOverlay(vtkViewport* viewport) {
  auto* window = vtkOpenGLRenderWindow::SafeDownCast(viewport->GetVTKWindow());
  if (window == nullptr || width_ <= 0 || height_ <= 0 || rect_.x1 == rect_.x0 || rect_.y1 <= rect_.y0)
    return 0;
  // The part inside the window, and the same part of the texture.
  const double left = std::clamp(std::min(rect_.x0, rect_.x1), 0.0, double(windowWidth_));
  const double right = std::clamp(std::max(rect_.x0, rect_.x1), 0.0, double(windowWidth_));
  const double top = std::clamp(rect_.y0, 0.0, double(windowHeight_));
  const double bottom = std::clamp(rect_.y1, 0.0, double(windowHeight_));
  if (right <= left || bottom <= top)
    return 0;
  vtkOpenGLState* state = window->GetState();
  if (!texture_) {
    texture_ = vtkSmartPointer<vtkTextureObject>::New();
    texture_->SetContext(window);
    texture_->SetWrapS(vtkTextureObject::ClampToEdge);
    texture_->SetWrapT(vtkTextureObject::ClampToEdge);
  }
  const auto width = static_cast<unsigned int>(width_);
  const auto height = static_cast<unsigned int>(height_);
  if (texture_->GetHandle() == 0 || texture_->GetWidth() != width || texture_->GetHeight() != height) {
    texture_->Create2DFromRaw(width, height, 4, VTK_UNSIGNED_CHAR, pixels_.data());
    changed_ = false;
  }
  texture_->SetMagnificationFilter(smooth_ ? vtkTextureObject::Linear : vtkTextureObject::Nearest);
  texture_->SetMinificationFilter(smooth_ ? vtkTextureObject::Linear : vtkTextureObject::Nearest);
  texture_->Activate();
  if (changed_) {
    glPixelStorei(GL_UNPACK_ALIGNMENT, 1);
    glTexSubImage2D(GL_TEXTURE_2D, 0, 0, 0, width_, height_, GL_RGBA, GL_UNSIGNED_BYTE, pixels_.data());
    changed_ = false;
  }
  if (!quad_)
    quad_ = std::make_unique<vtkOpenGLQuadHelper>(window, vertexShader, fragmentShader, "");
  else
    window->GetShaderCache()->ReadyShaderProgram(quad_->Program);
  if (quad_->Program == nullptr || !quad_->Program->GetCompiled()) {
    texture_->Deactivate();
    return 0;
  }
  const auto u = [&](double x) { return static_cast<float>((x - rect_.x0) / (rect_.x1 - rect_.x0)); };
  const auto v = [&](double y) { return static_cast<float>((y - rect_.y0) / (rect_.y1 - rect_.y0)); };
  const auto deviceX = [&](double x) { return static_cast<float>(2 * x / windowWidth_ - 1); };
  const auto deviceY = [&](double y) {
    const double fromBottom = topRowFirst_ ? y : windowHeight_ - y;
    return static_cast<float>(2 * fromBottom / windowHeight_ - 1);
  };
  const std::array<float, 4> place{deviceX(left), deviceY(bottom), deviceX(right), deviceY(top)};
  const std::array<float, 4> section{u(left), v(bottom), u(right), v(top)};
  vtkOpenGLState::ScopedglEnableDisable depth(state, GL_DEPTH_TEST);
  vtkOpenGLState::ScopedglEnableDisable blend(state, GL_BLEND);
  vtkOpenGLState::ScopedglEnableDisable cull(state, GL_CULL_FACE);
  state->vtkglDisable(GL_DEPTH_TEST);
  state->vtkglDisable(GL_CULL_FACE);
  if (blended_)
    state->vtkglEnable(GL_BLEND);
  else
    state->vtkglDisable(GL_BLEND);
  quad_->Program->SetUniform4f("place", place.data());
  quad_->Program->SetUniform4f("section", section.data());
  quad_->Program->SetUniformi("picture", texture_->GetTextureUnit());
  quad_->Render();
  texture_->Deactivate();
  return 1;
}

void TextureProp::ReleaseGraphicsResources(vtkWindow* window) {
  if (quad_)
    quad_->ReleaseGraphicsResources(window);
  quad_.reset();
  if (texture_)
    texture_->ReleaseGraphicsResources(window);
  texture_ = nullptr;
  changed_ = true;
  this->Superclass::ReleaseGraphicsResources(window);
}

vtkStandardNewMacro(TextureStack)

    TextureStack::TextureStack() = default;
TextureStack::~TextureStack() = default;

TextureProp& TextureStack::at(std::size_t index) {
  while (props_.size() <= index)
    props_.push_back(vtkSmartPointer<TextureProp>::New());
  return *props_[index];
}

int TextureStack::RenderOverlay(vtkViewport* viewport) {
  int drawn = 0;
  for (std::size_t i = 0; i < std::min(count_, props_.size()); ++i)
    drawn += props_[i]->RenderOverlay(viewport);
  return drawn > 0 ? 1 : 0;
}

void TextureStack::ReleaseGraphicsResources(vtkWindow* window) {
  for (const auto& prop : props_)
    prop->ReleaseGraphicsResources(window);
  this->Superclass::ReleaseGraphicsResources(window);
}

MeshActor::MeshActor() {
  mapper_->SetInputData(data_);
  mapper_->SetScalarModeToUsePointData();
  actor_->SetMapper(mapper_);
  actor_->PickableOff();
}

void MeshActor::addTo(vtkRenderer* renderer) {
  renderer->AddViewProp(actor_);
}

void MeshActor::set(const Mesh& mesh, int windowHeight, bool topRowFirst, ByteOrder order) {
  vtkNew<vtkPoints> points;
  vtkNew<vtkUnsignedCharArray> colours;
  colours->SetNumberOfComponents(4);
  const auto count = static_cast<vtkIdType>(mesh.points.size());
  points->SetNumberOfPoints(count);
  colours->SetNumberOfTuples(count);
  unsigned char* to = colours->GetPointer(0);
  for (vtkIdType i = 0; i < count; ++i, to += 4) {
    const Point p = mesh.points[static_cast<std::size_t>(i)];
    points->SetPoint(i, p.x, topRowFirst ? p.y : windowHeight - p.y, 0);
    const Colour& c = mesh.colours[static_cast<std::size_t>(i)];
    const bool swapped = order == ByteOrder::bgra;
    to[0] = swapped ? c.b : c.r;
    to[1] = c.g;
    to[2] = swapped ? c.r : c.b;
    to[3] = c.a;
  }
  vtkNew<vtkCellArray> cells;
  for (const auto& t : mesh.triangles) {
    cells->InsertNextCell(3);
    for (const std::uint32_t corner : t)
      cells->InsertCellPoint(corner);
  }
  data_->SetPoints(points);
  data_->SetPolys(cells);
  data_->GetPointData()->SetScalars(colours);
  data_->Modified();
  empty_ = count == 0;
  show(true);
}

void MeshActor::show(bool shown) {
  actor_->SetVisibility(shown && !empty_);
}

} // namespace hipcuff::drawing
