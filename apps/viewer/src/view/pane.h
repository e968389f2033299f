// One picture on screen: its frames, its overlay, the tool in hand, and a line above that says what it is.
#pragma once

#include "model/exam.h"
#include "model/frame_store.h"
#include "model/live_analysis.h"
#include "model/play_clock.h"
#include "model/tendon_probe.h"
#include "view/tools.h"

#include <QFrame>
#include <QPointer>

#include <functional>
#include <memory>
#include <optional>

class QLabel;

namespace hipcuff::viewer {

class GradeBadge;
class Workspace;

class Pane : public QFrame, public ToolHost {
  Q_OBJECT
public:
  Pane(Workspace& workspace, Presentation presentation, QWidget* parent = nullptr);
  ~Pane() override;

  /// 0: empty.
  void showPicture(int id);
  [[nodiscard]] int pictureId() const noexcept { return id_; }
  [[nodiscard]] Picture* picture() const;
  /// The picture's state or result changed.
  void refresh();

  void setFrame(int frame);
  [[nodiscard]] int frame() const override { return frame_; }
  [[nodiscard]] int frames() const;
  [[nodiscard]] PlayClock& clock() noexcept { return clock_; }
  void play(bool on);
  [[nodiscard]] bool playing() const noexcept { return clock_.playing(); }
  /// Shows the frame that is due. @param now seconds, monotonic
  void tick(double now);
  /// Frames that were shown and that were due but not decoded in time, since playing began.
  [[nodiscard]] int shownFrames() const noexcept { return shown_; }
  [[nodiscard]] int lateFrames() const noexcept { return late_; }
  /// The frame that is measured.
  void goToMeasured();

  void setTool(ToolKind kind);
  [[nodiscard]] ToolKind tool() const noexcept { return toolKind_; }
  void setSnapping(bool on) { snapping_ = on; }
  void setStyle(const OverlayStyle& style);
  void setOverlayShown(bool shown);
  /// Every frame that is shown is analysed as it comes; its overlay follows, the cine's result stays.
  void setLive(bool live);
  void setActive(bool active);
  /// Nothing of the program's answer, nor of the screen around the picture: names are written there.
  void setBlinded(bool blinded);
  /// A mark that follows the pointer in the chart or in another picture.
  void setMarkAt(std::optional<double> positionMm);

  void fitPane();  ///< the B-mode area fills the window
  void fitWhole(); ///< the whole screen of the scanner
  void zoomBy(double factor);
  void setPixelsPerMm(double windowPxPerMm); ///< nothing where the picture has no millimetres
  [[nodiscard]] std::optional<double> pixelsPerMm() const;
  void alignTop(); ///< the skin at the pane's upper edge: depths beside each other compare by eye
  [[nodiscard]] bool fitted() const noexcept { return fitted_; } ///< as large as its pane allows, whatever the others

  // ToolHost
  [[nodiscard]] const ImageResult* shownResult() const override;
  [[nodiscard]] review::ImageReview* review() override;
  [[nodiscard]] PictureWidget& widget() override { return *view_; }
  bool apply(const review::Edit& edit) override;
  void preview(const review::Edit* edit) override;
  void setMarks(std::vector<ToolMark> marks) override;
  void pannedByHand() override { fitted_ = false; }
  void say(const QString& words) override { emit said(words); }
  [[nodiscard]] std::optional<QString> askText(const QString& title, const QString& label) override;
  [[nodiscard]] std::optional<double> askLength(const QString& title, const QString& label) override;
  [[nodiscard]] bool snapping() const override { return snapping_; }
  void toolDone() override { emit wantsTool(ToolKind::look); }
  bool cancelTool();
  /// What is on screen: with the edit being tried, where one is.
  [[nodiscard]] const ImageResult* standing() const;

signals:
  void activated();
  void frameChanged(int frame);
  void said(const QString& words);
  void wantsTool(hipcuff::viewer::ToolKind kind);
  void hovered(std::optional<double> positionMm);
  void previewed(const hipcuff::ImageResult* result); ///< null: back to what is
  void zoomed();
  void applying();          ///< an edit is about to be made: who makes it is to be known
  void stepped(int frames); ///< by the wheel
  void fittedAlone();       ///< it looked at no other pane's scale

protected:
  void paintEvent(QPaintEvent* event) override;
  void contextMenuEvent(QContextMenuEvent* event) override;

private:
  [[nodiscard]] std::optional<PixelBox> bModeBox() const;
  void showFrame(const FrameStore::Picture& picture);
  void updateScene();
  void updateHead();
  void addFormer(const ImageResult& shown, OverlayScene& scene) const;
  void analyseLive(const FrameStore::Picture& picture);
  [[nodiscard]] bool liveShown() const noexcept { return live_ && live_->frame == frame_; }
  /// The geometry on screen, whoever it is of: an edit being tried, the live frame, the measured frame; null: none.
  [[nodiscard]] const ImageResult* overlaid() const;
  [[nodiscard]] FrameStore::Picture blinded(const FrameStore::Picture& decoded) const;
  void updateMarks();
  void clearHover();
  void onMoved(const Pointer& pointer);
  void hover(const Pointer& pointer);

  Workspace& workspace_;
  QLabel* head_;
  GradeBadge* badge_;
  PictureWidget* view_;
  int id_ = 0;
  std::unique_ptr<FrameStore> store_;
  PlayClock clock_;
  int frame_ = 0;
  int shownFrame_ = -1;
  int shown_ = 0;
  int late_ = 0;
  ToolKind toolKind_ = ToolKind::look;
  std::unique_ptr<Tool> tool_;
  std::unique_ptr<Tool> hand_; ///< middle and right button
  double turned_ = 0;          ///< of the wheel, less than a step
  bool snapping_ = false;
  bool overlay_ = true;
  bool blinded_ = false;
  bool fitted_ = true;
  bool untouched_ = true; ///< nobody went to another frame yet
  OverlayStyle style_;
  std::optional<ImageResult> preview_;
  bool liveOn_ = false;
  std::unique_ptr<LiveAnalysis> liveAnalysis_;
  std::shared_ptr<const ImageResult> live_;
  std::vector<ToolMark> toolMarks_;
  std::vector<ToolMark> hoverMarks_;
};

/// Seconds, monotonic.
[[nodiscard]] double secondsNow();

} // namespace hipcuff::viewer
