#include "pipeline/evidence.hpp"

#include <fstream>
#include <sstream>

#include "pipeline/content.hpp"
#include "posture/scan.hpp"
#include "posture/statement.hpp"
#include "source/source.hpp"

namespace interdict::pipeline {

namespace {

/// Reads whole reports, member by member of an archive.
class ScanVisitor final : public source::Visitor {
 public:
  ScanVisitor(const posture::ScanTable& table, GivenEvidence& out) : table_(table), out_(out) {}

  void begin(const std::string& name) override {
    name_ = name;
    text_.clear();
    too_large_ = false;
    is_broken_ = false;
  }
  void piece(Bytes bytes) override {
    too_large_ = too_large_ || text_.size() + bytes.size() > posture::kMaxScanBytes;
    if (!too_large_) text_ += as_text(bytes);
  }
  void end() override {
    if (is_broken_) return;
    if (too_large_) {
      say(name_, "larger than any report that is read");
      return;
    }
    auto read = posture::read_scan(text_, table_, name_);
    if (!read) {
      say(name_, read.error().message);
      return;
    }
    for (auto& evidence : *read) out_.evidence.push_back(std::move(evidence));
  }
  void archive(const std::string& /*name*/, const std::string& /*format*/, std::uint64_t /*bytes*/,
               const std::string& /*sha256*/) override {}
  void trouble(const std::string& name, source::Trouble /*what*/, std::uint64_t /*bytes*/,
               std::uint64_t /*offset*/, const std::string& why) override {
    is_broken_ = true;
    say(name, why);
  }

 private:
  void say(const std::string& name, const std::string& why) {
    out_.diagnostics.push_back("evidence not read: " + name + ": " + why);
  }

  const posture::ScanTable& table_;
  GivenEvidence& out_;
  std::string name_;
  std::string text_;
  bool too_large_ = false;
  bool is_broken_ = false;
};

}  // namespace

Result<std::string> read_text_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(Errc::io, "cannot be read", Where{.file = path});
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) return fail(Errc::io, "cannot be read", Where{.file = path});
  return std::move(text).str();
}

Result<GivenEvidence> read_evidence(const std::string& controls_path,
                                    const std::vector<std::string>& evidence_paths) {
  GivenEvidence out;
  if (!evidence_paths.empty()) {
    INTERDICT_TRY(const auto table, posture::ScanTable::parse(content("controls/scans.tsv")));
    INTERDICT_TRY(const auto inputs, source::list_inputs(evidence_paths));
    ScanVisitor visitor(table, out);
    for (const auto& input : inputs) source::read_input(input, {}, visitor);
  }
  if (!controls_path.empty()) {
    INTERDICT_TRY(const auto text, read_text_file(controls_path));
    INTERDICT_TRY(const auto stated, posture::read_statements(text, controls_path));
    for (const auto& one : stated) {
      out.evidence.push_back(posture::to_evidence(one));
      out.costs[one.control] = one.cost;
    }
  }
  return out;
}

}  // namespace interdict::pipeline
