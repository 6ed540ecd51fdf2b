#include "decode/text/auditd.hpp"

#include <charconv>
#include <iterator>
#include <list>
#include <string>
#include <vector>

#include "base/hash.hpp"
#include "decode/text/formats.hpp"
#include "decode/text/join.hpp"

namespace interdict::decode {
namespace {

/// Lines that are records of audit events, whole; the fields are what the join needs.
struct AuditRules {
  [[nodiscard]] static bool keeps_blank() { return false; }
  /// ausearch parts the events by `----` and says their times once more.
  [[nodiscard]] static LineKind kind(std::string_view line) {
    return line == "----" || line.starts_with("time->") ? LineKind::header : LineKind::whole;
  }
  static void header(std::string_view /*line*/) {}
  [[nodiscard]] static bool read(std::string_view line, FieldList& fields) {
    if (!is_audit_line(line)) {
      // Pairs alone are what is left of an audit record.
      return read_stray(line, nullptr, fields) && fields.format() != "keyvalue";
    }
    fields.add("line", line);
    return true;
  }
};

/// The records of one event that came so far.
struct Event {
  std::string key;         ///< node, time and serial
  std::uint64_t hash = 0;  ///< of the key
  std::uint64_t number = 0;
  std::uint64_t offset = 0;
  std::string bytes;                ///< the lines as they stand, one after another
  std::string text;                 ///< the same as well-formed UTF-8
  std::vector<std::size_t> ends{};  ///< of each line in `text`
};

/// Joins lines to events and hands them on, oldest first where the window closes one.
class AuditJoin final : public LineJoin {
 public:
  void record(const RawRecord& line) override {
    if (!line.format.empty()) return sink().record(line);
    AuditLine parts;
    const auto text = line.fields.front().text;
    if (!split_audit(text, parts)) return;  // read() took it: it is one
    key_.assign(parts.node);
    key_ += ' ';
    key_ += parts.time;
    key_ += ':';
    key_ += parts.serial;
    const auto hash = hash64(key_);
    auto at = find(hash);
    if (at != open_.end() && at->bytes.size() + line.bytes.size() > kMaxTextRecordBytes) {
      close(at);
      at = open_.end();
    }
    if (at == open_.end()) {
      if (open_.size() == kMaxOpenAuditEvents) close(open_.begin());
      at = add();
      at->key = key_;
      at->hash = hash;
      at->offset = line.offset;
      std::from_chars(parts.serial.data(), parts.serial.data() + parts.serial.size(), at->number);
    }
    at->bytes += as_text(line.bytes);
    at->text += text;
    at->ends.push_back(at->text.size());
    held_ += line.bytes.size();
    if (parts.type == "EOE") return close(at);
    while (held_ > kMaxOpenAuditBytes && open_.size() > 1) close(open_.begin());
  }

  void finish() {
    while (!open_.empty()) close(open_.begin());
  }

 private:
  using Open = std::list<Event>;
  /// The memory of an event larger than this is given back.
  static constexpr std::size_t kSpareBytes = std::size_t{16} * 1024;

  /// The newest are looked at first: a line mostly belongs to the event of the line before.
  Open::iterator find(std::uint64_t hash) {
    for (auto at = open_.end(); at != open_.begin();) {
      --at;
      if (at->hash == hash && at->key == key_) return at;
    }
    return open_.end();
  }

  void close(Open::iterator at) {
    fields_.clear();
    const auto& event = *at;
    AuditLine parts;
    std::size_t start = 0;
    bool is_first = true;
    for (const auto end : event.ends) {
      const auto line = std::string_view(event.text).substr(start, end - start);
      start = end;
      if (!split_audit(line, parts)) continue;
      if (is_first) {
        fields_.add("time", parts.time);
        fields_.add("serial", parts.serial);
        if (!parts.node.empty()) fields_.add("node", parts.node);
        is_first = false;
      }
      fields_.add("type", parts.type);
      add_audit_body(parts, fields_);
    }
    hand_on(event.number, event.offset, event.bytes, fields_);
    held_ -= event.bytes.size();
    if (event.bytes.capacity() > kSpareBytes) {
      open_.erase(at);
    } else {
      spare_.splice(spare_.end(), open_, at);
    }
  }

  /// A new event, behind all others, in the memory of one that was closed.
  Open::iterator add() {
    if (spare_.empty()) return open_.emplace(open_.end());
    open_.splice(open_.end(), spare_, spare_.begin());
    auto& event = open_.back();
    event.bytes.clear();
    event.text.clear();
    event.ends.clear();
    return std::prev(open_.end());
  }

  Open open_;   ///< oldest first
  Open spare_;  ///< closed ones, for their memory; never more than were open at once
  std::size_t held_ = 0;
  std::string key_;
  FieldList fields_;
};

}  // namespace

bool is_audit_line(std::string_view line) {
  AuditLine parts;
  return split_audit(line, parts);
}

std::unique_ptr<Decoder> make_auditd_decoder(const Options& /*options: no slack in text*/) {
  return std::make_unique<JoiningDecoder<AuditRules, AuditJoin>>();
}

}  // namespace interdict::decode
