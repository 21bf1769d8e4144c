// The sentences of a preview, in both languages.
#pragma once

#include <string>
#include <string_view>

#include "insight/definitions/preview.hpp"

namespace habitue::insight::definitions {

/// `language` is "fr" or "en".
std::string sentence_of(const PreviewReport& report, std::string_view language);

PreviewWarning warning_of_identity();
PreviewWarning warning_of_zone();
PreviewWarning warning_of_hypothesis(std::string_view version);
PreviewWarning warning_of_event(std::string_view event);

}  // namespace habitue::insight::definitions
