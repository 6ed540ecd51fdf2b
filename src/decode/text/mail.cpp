#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "decode/text/formats.hpp"
#include "decode/text/join.hpp"
#include "decode/text/mail_words.hpp"

namespace interdict::decode {
namespace {

constexpr std::size_t kNone = std::string_view::npos;
constexpr std::size_t kMaxAttachments = 256;

bool is_blank(std::string_view line) {
  return trim(line).empty();
}
bool is_folded(std::string_view line) {
  return line.starts_with(' ') || line.starts_with('\t');
}

/// `Name: value` (RFC 5322, 2.2: printable ASCII without blanks).
bool is_header_line(std::string_view line) {
  const auto colon = line.find(':');
  if (colon == kNone || colon == 0 || colon > 76) return false;
  return std::ranges::all_of(line.substr(0, colon),
                             [](char byte) { return byte > ' ' && byte < '\x7f'; });
}

/// The lines of a message: its header block is a record; so is each line of a part's header that
/// names a file, which is handed to MailJoin; all else of the body is structure.
class MailRules {
 public:
  [[nodiscard]] static bool keeps_blank() { return true; }

  [[nodiscard]] LineKind kind(std::string_view line) {
    const bool after_blank = was_blank_;
    was_blank_ = is_blank(line);
    if (line.starts_with("From ") && after_blank) {  // mbox: the next message
      place_ = Place::before;
      return LineKind::header;
    }
    switch (place_) {
      case Place::before:
        if (was_blank_) return LineKind::header;
        if (!is_header_line(line)) return LineKind::bad;
        place_ = Place::headers;
        return LineKind::begins;
      case Place::headers:
        if (was_blank_) place_ = Place::body;
        return was_blank_ ? LineKind::header : LineKind::continues;
      case Place::body:
        if (line.starts_with("--") && line.size() > 2) place_ = Place::part;
        return LineKind::header;
      case Place::part:
        if (was_blank_) place_ = Place::body;
        return line.find("name") != kNone ? LineKind::whole : LineKind::header;
    }
    return LineKind::header;
  }
  static void header(std::string_view /*line*/) {}
  [[nodiscard]] bool read(std::string_view text, FieldList& fields) const {
    fields.add(place_ == Place::part ? "part" : "headers", text);
    return true;
  }

 private:
  enum class Place : std::uint8_t { before, headers, body, part };
  Place place_ = Place::before;
  bool was_blank_ = true;
};

/// Takes the next header of `block`, unfolded; false at the end.
bool take_header(std::string_view& block, std::string_view& name, std::string& value) {
  while (!block.empty()) {
    auto end = std::min(block.find('\n'), block.size());
    const auto line = block.substr(0, end);
    const auto colon = line.find(':');
    value.clear();
    if (is_header_line(line)) value = trim(line.substr(colon + 1));
    block.remove_prefix(std::min(end + 1, block.size()));
    while (is_folded(block)) {
      end = std::min(block.find('\n'), block.size());
      if (!value.empty()) value += ' ';
      value += trim(block.substr(0, end));
      block.remove_prefix(std::min(end + 1, block.size()));
    }
    if (!is_header_line(line)) continue;
    name = line.substr(0, colon);
    return true;
  }
  return false;
}

std::string_view lower(std::string_view name, FieldList& fields) {
  char* const out = fields.room(name.size());
  std::ranges::transform(name, out, [](char byte) {
    return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte + ('a' - 'A')) : byte;
  });
  return {out, name.size()};
}

/// `spf=pass`, `dkim=fail` … of an Authentication-Results header (RFC 8601).
void add_results(std::string_view value, FieldList& fields) {
  constexpr std::array<std::string_view, 4> kMethods{"spf", "dkim", "dmarc", "arc"};
  constexpr std::array<std::string_view, 4> kPaths{"auth.spf", "auth.dkim", "auth.dmarc",
                                                   "auth.arc"};
  for (std::size_t i = 0; i < kMethods.size(); ++i) {
    for (auto at = value.find(kMethods[i]); at != kNone; at = value.find(kMethods[i], at + 1)) {
      const auto equals = at + kMethods[i].size();
      const bool is_word = at == 0 || value[at - 1] == ' ' || value[at - 1] == ';';
      if (!is_word || equals >= value.size() || value[equals] != '=') continue;
      const auto end = std::min(value.find_first_of(" ;(", equals), value.size());
      fields.add(kPaths[i], value.substr(equals + 1, end - equals - 1));
    }
  }
}

/// Holds a message's headers until its body is through, for the names of its attachments.
class MailJoin final : public LineJoin {
 public:
  void record(const RawRecord& record) override {
    const auto& field = record.fields.front();
    if (field.path == "part") {
      sink().structure(record.bytes.size());
      const auto name = attachment_name(field.text);
      if (message_ && !name.empty() && message_->attachments.size() < kMaxAttachments) {
        message_->attachments.push_back(name);
      }
      return;
    }
    finish();
    message_ = Message{record.number,
                       record.offset,
                       std::string(as_text(record.bytes)),
                       std::string(field.text),
                       {}};
  }

  void finish() {
    if (!message_) return;
    fields_.clear();
    std::string_view block = message_->headers;
    std::string_view name;
    std::string value;
    while (take_header(block, name, value)) {
      const auto path = lower(name, fields_);
      const auto text = fields_.keep(decode_words(value));
      fields_.add(path, text);
      if (path == "authentication-results") add_results(text, fields_);
    }
    for (const auto& file : message_->attachments) fields_.add("attachment", file);
    hand_on(message_->number, message_->offset, message_->bytes, fields_);
    message_.reset();
  }

 private:
  struct Message {
    std::uint64_t number = 0;
    std::uint64_t offset = 0;
    std::string bytes;
    std::string headers;
    std::vector<std::string> attachments;
  };

  std::optional<Message> message_;
  FieldList fields_;
};

}  // namespace

bool is_mail(std::span<const std::string_view> lines) {
  constexpr std::array<std::string_view, 9> kUsual{
      "from:",       "to:",          "subject:",      "date:",        "received:",
      "message-id:", "return-path:", "mime-version:", "delivered-to:"};
  FieldList room;
  std::size_t usual = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto line = lines[i];
    if (i == 0 && line.starts_with("From ")) continue;
    if (is_folded(line) && i > 0) continue;
    if (!is_header_line(line)) break;
    const auto name = lower(line.substr(0, line.find(':') + 1), room);
    usual += std::ranges::find(kUsual, name) != kUsual.end() ? 1U : 0U;
  }
  return usual >= 3;
}

std::unique_ptr<Decoder> make_mail_decoder(const Options& /*options: no slack in text*/) {
  return std::make_unique<JoiningDecoder<MailRules, MailJoin>>();
}

}  // namespace interdict::decode
