#include <algorithm>
#include <cstring>  // and with it memmem, which is glibc's and musl's, not the C++ library's

#include "decode/text/formats.hpp"
#include "decode/text/line_format.hpp"
#include "decode/text/text_decoder.hpp"
#include "xml/reader.hpp"

namespace interdict::decode {
namespace {

constexpr std::size_t kNone = std::string_view::npos;
constexpr std::string_view kStart = "<Event";
constexpr std::string_view kEnd = "</Event>";

/// As text.find, which looks at each `<` of an element one by one.
std::size_t find_text(std::string_view text, std::string_view wanted, std::size_t at) {
  if (at >= text.size()) return kNone;
  const auto* const found = static_cast<const char*>(
      ::memmem(text.data() + at, text.size() - at, wanted.data(), wanted.size()));
  return found == nullptr ? kNone : static_cast<std::size_t>(found - text.data());
}

/// The next `<Event` that is this element, not `<Events` or `<EventData`, from `at` on.
std::size_t find_start(std::string_view text, std::size_t at) {
  while (true) {
    at = find_text(text, kStart, at);
    if (at == kNone || at + kStart.size() == text.size()) return kNone;
    const char next = text[at + kStart.size()];
    if (next == '>' || next == ' ' || next == '\t' || next == '\r' || next == '\n') return at;
    ++at;
  }
}

class WindowsXml final : public TextFormat {
 public:
  Frame cut(std::string_view text, bool last) override {
    if (too_long_) return rest_of_element(text, last);
    if (find_start(text.substr(0, kStart.size() + 1), 0) == 0) return element(text, last);
    if (kStart.starts_with(text.substr(0, kStart.size())) && text.size() <= kStart.size() &&
        !last) {
      return {};
    }
    return between(text);
  }

  bool read(std::string_view record, FieldList& fields) override {
    const auto leaves = flattener_.flatten(record);
    if (!leaves) return false;
    for (const auto& leaf : *leaves) {
      fields.add(leaf.path, leaf.text);
    }
    return true;
  }

 private:
  /// An element ends with its end tag. Where the next one starts before, this one was cut.
  Frame element(std::string_view text, bool last) {
    const auto allowed = text.substr(0, kMaxTextRecordBytes);
    const auto from = std::max(scanned_, kStart.size());
    const auto end = find_text(allowed, kEnd, from);
    const auto next = find_start(allowed.substr(0, end), from);
    if (next != kNone) return done({Frame::Kind::skip, next, 0, SkipReason::bad_record});
    if (end != kNone) return done({Frame::Kind::record, end + kEnd.size()});
    if (text.size() > kMaxTextRecordBytes) {
      too_long_ = true;
      return done({Frame::Kind::skip, kMaxTextRecordBytes, 0, SkipReason::limit});
    }
    if (last) return done({Frame::Kind::skip, text.size(), 0, SkipReason::truncated});
    scanned_ = text.size() - std::min(text.size(), kEnd.size());
    return {};
  }

  /// The rest of an element that was too long: up to behind its end, or to the next one.
  Frame rest_of_element(std::string_view text, bool last) {
    Frame frame{Frame::Kind::skip, text.size(), 0, SkipReason::limit, true};
    const auto end = text.find(kEnd);
    const auto next = find_start(text.substr(0, end), 0);
    too_long_ = end == kNone && next == kNone;
    if (next != kNone) {
      frame.size = next;
    } else if (end != kNone) {
      frame.size = end + kEnd.size();
    } else if (!last) {
      if (text.size() <= kEnd.size()) return {};
      frame.size = text.size() - kEnd.size();  // the last bytes may begin either
    }
    return frame;
  }

  Frame done(const Frame& frame) {
    scanned_ = 0;
    in_tag_ = in_noise_ = false;
    return frame;
  }

  /// White space, tags (of a wrapper, the XML declaration) and viewers' `-` between the elements
  /// are structure, byte by byte; other text is lost.
  Frame between(std::string_view text) {
    const char first = text[0];
    if (first == '<') {
      in_tag_ = true;
      in_noise_ = false;
    }
    const auto stop = std::max<std::size_t>(1, std::min(text.find('<', 1), text.size()));
    if (in_tag_) {
      const auto close = text.substr(0, stop).find('>');
      if (close != kNone) in_tag_ = false;
      return {Frame::Kind::structure, close == kNone ? stop : close + 1};
    }
    const auto is_space = [](char byte) {
      return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n' || byte == '-' ||
             byte == '\0';
    };
    if (is_space(first)) {
      const auto end = std::find_if_not(text.begin(),
                                        text.begin() + static_cast<std::ptrdiff_t>(stop), is_space);
      in_noise_ = false;
      return {Frame::Kind::structure, static_cast<std::size_t>(end - text.begin())};
    }
    const auto end =
        std::find_if(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(stop), is_space);
    const bool goes_on = in_noise_;
    in_noise_ = end == text.end();
    return {Frame::Kind::skip, static_cast<std::size_t>(end - text.begin()), 0,
            SkipReason::bad_record, goes_on};
  }

  xml::XmlFlattener flattener_;
  std::size_t scanned_ = 0;
  bool in_tag_ = false;
  bool in_noise_ = false;  ///< the last frame was lost text that the piece ended in
  bool too_long_ = false;  ///< what follows belongs to an element that was too long
};

}  // namespace

bool has_windows_event(std::string_view head) {
  const auto text = head.substr(std::min(head.find_first_not_of("- \t\r\n"), head.size()));
  const auto start = find_start(text, 0);
  return text.starts_with('<') && start != kNone && text.find("<System", start) != kNone;
}

std::unique_ptr<Decoder> make_windows_xml_decoder(const Options& /*options: no slack in text*/) {
  return make_text_decoder(std::make_unique<WindowsXml>());
}

}  // namespace interdict::decode
