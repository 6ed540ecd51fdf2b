#include <algorithm>
#include <string>

#include "decode/text/formats.hpp"
#include "decode/text/line_format.hpp"

namespace interdict::decode {
namespace {

constexpr std::size_t kNone = std::string_view::npos;
/// Lines between two rows of stars; more, and a row of stars was output.
constexpr std::size_t kMaxBlockLines = 32;

bool is_stars(std::string_view line) {
  return line.size() >= 10 && line.find_first_not_of('*') == kNone;
}

/// `20240102030405`, as transcripts write their times.
bool is_stamp(std::string_view text) {
  return text.size() == 14 && number_type(text) == RawType::integer;
}

bool is_prompt(std::string_view line) {
  return line.starts_with("PS") && line.size() > 2 && (line[2] == ' ' || line[2] == '>') &&
         line.find('>') != kNone;
}

std::string_view value_of(std::string_view line) {
  const auto colon = line.find(": ");
  return colon == kNone ? std::string_view{} : trim(line.substr(colon + 2));
}

/// A transcript is: a block between two rows of stars that says when, who and where; commands, each
/// a prompt with what was typed, then its output; between them blocks with the command's time. The
/// block's words are in the machine's language, so they are told by their place and shape.
class TranscriptRules {
 public:
  [[nodiscard]] static bool keeps_blank() { return false; }

  [[nodiscard]] LineKind kind(std::string_view line) {
    line = trim(line);
    if (is_stars(line)) return LineKind::header;
    if (is_prompt(line)) {
      in_block_ = false;
      has_command_ = true;
      return LineKind::begins;
    }
    if (in_block_ && block_lines_ < kMaxBlockLines) return LineKind::header;
    return has_command_ ? LineKind::continues : LineKind::header;
  }

  void header(std::string_view line) {
    line = trim(line);
    if (is_stars(line)) {
      in_block_ = !in_block_ || block_lines_ >= kMaxBlockLines;
      block_lines_ = 0;
      has_command_ = false;
      return;
    }
    if (!in_block_) return;
    const auto place = block_lines_++;
    const auto value = value_of(line);
    if (place == 0 && is_stamp(value)) command_time_ = value;
    if (place == 1 && is_stamp(value)) {
      start_time_ = value;
      command_time_.clear();
      username_.clear();
      machine_.clear();
      is_start_ = true;
    }
    if (place == 0) is_start_ = false;
    if (place == 2 && is_start_) username_ = value;
    if (const auto system = value.find(" (Microsoft Windows"); is_start_ && system != kNone) {
      machine_ = value.substr(0, system);
    }
  }

  bool read(std::string_view record, FieldList& fields) const {
    const auto end = std::min(record.find('\n'), record.size());
    const auto line = trim(record.substr(0, end));
    const auto prompt = line.find('>');
    if (prompt == kNone) return false;
    if (!username_.empty()) fields.add("username", username_);
    if (!machine_.empty()) fields.add("machine", machine_);
    if (!start_time_.empty()) fields.add("start_time", start_time_);
    if (!command_time_.empty()) fields.add("command_time", command_time_);
    fields.add("command", trim(line.substr(prompt + 1)));
    const auto output = trim(record.substr(end));
    if (!output.empty()) fields.add("output", output);
    return true;
  }

 private:
  bool in_block_ = false;
  bool is_start_ = false;
  bool has_command_ = false;  ///< since the last block
  std::size_t block_lines_ = 0;
  std::string username_;
  std::string machine_;
  std::string start_time_;
  std::string command_time_;
};

}  // namespace

bool is_transcript(std::span<const std::string_view> lines) {
  return lines.size() >= 3 && is_stars(trim(lines[0])) && is_stamp(value_of(lines[2]));
}

std::unique_ptr<Decoder> make_transcript_decoder(const Options& /*options: no slack in text*/) {
  return make_text_decoder(std::make_unique<LineFormat<TranscriptRules>>());
}

}  // namespace interdict::decode
