// Open from PACS and Send results to PACS: thin over PacsClient.
#pragma once

#include "model/pacs_client.h"

#include <QDialog>

#include <vector>

class QCheckBox;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QSpinBox;
class QTableWidget;

namespace hipcuff::viewer {

/// Who the PACS is; what is typed is kept in the settings when it is used.
class PacsPeerBox : public QWidget {
  Q_OBJECT
public:
  /// @param fetches whether C-MOVE is offered
  PacsPeerBox(bool fetches, QWidget* parent);
  [[nodiscard]] PacsPeer peer() const;

private:
  [[nodiscard]] QWidget* fileField(QLineEdit*& field, const QString& name);

  QLineEdit* ae_;
  QLineEdit* host_;
  QSpinBox* port_;
  QLineEdit* callingAe_;
  QCheckBox* tls_;
  QWidget* tlsFiles_;
  QLineEdit* authority_ = nullptr;
  QLineEdit* certificate_ = nullptr;
  QLineEdit* key_ = nullptr;
  QCheckBox* byMove_ = nullptr;
  QSpinBox* movePort_ = nullptr;
  PacsPeer stored_;
};

/// Asks, shows what there is, fetches the chosen study. Not modal: the window goes on meanwhile.
class PacsDialog : public QDialog {
  Q_OBJECT
public:
  /// @param namesShown false: patients' names and numbers are left out of the list
  PacsDialog(PacsClient& client, bool namesShown, QWidget* parent);

signals:
  /// A study is there and can be opened.
  void fetched(const QString& folder);

private:
  void ask();
  void fetch();
  void list(const std::vector<dicom::FoundStudy>& studies);
  void say(const QString& words, bool wrong = false);
  void refresh();

  PacsClient& client_;
  bool namesShown_;
  PacsPeerBox* peer_;
  QLineEdit* patientId_;
  QLineEdit* name_;
  QLineEdit* accession_;
  QLineEdit* date_;
  QLineEdit* studyUid_;
  QCheckBox* ultrasound_;
  QLineEdit* folder_;
  QPushButton* search_;
  QPushButton* test_;
  QPushButton* open_;
  QPushButton* stop_;
  QTableWidget* table_;
  QLabel* said_;
  QProgressBar* progress_;
  std::vector<dicom::FoundStudy> studies_;
};

/// Asks whom to send a folder's objects to, and sends them. Modeless as well.
class PacsSendDialog : public QDialog {
  Q_OBJECT
public:
  PacsSendDialog(PacsClient& client, std::filesystem::path folder, int objects, QWidget* parent);

private:
  void say(const QString& words, bool wrong = false);

  PacsClient& client_;
  std::filesystem::path folder_;
  PacsPeerBox* peer_;
  QPushButton* send_;
  QPushButton* stop_;
  QLabel* said_;
  QProgressBar* progress_;
};

} // namespace hipcuff::viewer
