// Binary values that have a length by other elements: what is behind it is no part of them.
#pragma once

class DcmItem;

namespace hipcuff::dicom {

/// Cuts LUT data and palettes to the entries that their descriptors declare, and removes those of this item that have
/// no descriptor, can't be followed, or are waveform data of another length than its channels and samples make.
void cutTables(DcmItem& item);

} // namespace hipcuff::dicom
