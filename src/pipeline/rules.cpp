#include "pipeline/rules.hpp"

#include <algorithm>
#include <filesystem>

#include "pipeline/content.hpp"
#include "rule/parser.hpp"
#include "source/source.hpp"

namespace interdict::pipeline {

namespace {

struct RuleFile {
  std::string path;
  std::string text;
};

/// Collects the YAML files among what it is shown. A file larger than this is no rule: it is
/// refused by the reader, which needs no more than the first bytes beyond its own limit to say so.
constexpr std::size_t kKeptBytesMax = std::size_t{9} << 20U;

class RuleCollector final : public source::Visitor {
 public:
  explicit RuleCollector(std::vector<RuleFile>& files,
                         std::vector<finding::RefusedRule>& unreadable)
      : files_(files), unreadable_(unreadable) {}

  void start(const std::string& prefix, bool is_named_file) {
    prefix_ = prefix;
    is_named_file_ = is_named_file;
  }
  void begin(const std::string& name) override { file_ = {path_of(name), {}}; }
  void piece(Bytes bytes) override {
    const auto room = kKeptBytesMax - file_.text.size();
    file_.text.append(as_text(bytes.first(std::min(room, bytes.size()))));
  }
  void end() override {
    const bool is_yaml = file_.path.ends_with(".yml") || file_.path.ends_with(".yaml");
    if (is_yaml || is_named_file_) files_.push_back(std::move(file_));
  }
  void archive(const std::string&, const std::string&, std::uint64_t, const std::string&) override {
    is_named_file_ = false;
  }
  void trouble(const std::string& name, source::Trouble, std::uint64_t, std::uint64_t,
               const std::string& why) override {
    unreadable_.push_back({path_of(name), 0, "S000", "could not be read: " + why});
  }

 private:
  [[nodiscard]] std::string path_of(const std::string& name) const {
    return prefix_.empty() ? name : prefix_ + "/" + name;
  }

  std::vector<RuleFile>& files_;
  std::vector<finding::RefusedRule>& unreadable_;
  std::string prefix_;
  bool is_named_file_ = false;
  RuleFile file_;
};

Result<std::vector<RuleFile>> read_rule_files(const Options& options,
                                              std::vector<finding::RefusedRule>& unreadable) {
  std::vector<RuleFile> files;
  if (options.builtin_rules) {
    for (const auto& file : content_files()) {
      if (file.path.starts_with("rules/") && file.path.ends_with(".yml")) {
        files.push_back({"builtin:" + std::string(file.path), std::string(file.text)});
      }
    }
  }
  RuleCollector collector(files, unreadable);
  for (const auto& path : options.rule_paths) {
    std::error_code error;
    if (!std::filesystem::exists(path, error)) {
      return fail(Errc::io, "no such rules path", Where{.file = path});
    }
    const bool is_folder = std::filesystem::is_directory(path, error);
    INTERDICT_TRY(const auto inputs, source::list_inputs({path}));
    for (const auto& input : inputs) {
      const auto parent = std::filesystem::path(path).parent_path().string();
      collector.start(is_folder ? path : parent, !is_folder);
      source::read_input(input, {}, collector);
    }
  }
  std::ranges::stable_sort(files, {}, &RuleFile::path);
  const auto same_path = [](const RuleFile& a, const RuleFile& b) { return a.path == b.path; };
  files.erase(std::unique(files.begin(), files.end(), same_path), files.end());
  return files;
}

}  // namespace

Result<LoadedRules> load_rules(const Options& options, FieldCatalogue& catalogue) {
  std::vector<finding::RefusedRule> refused;
  std::vector<std::string> diagnostics;
  INTERDICT_TRY(const auto files, read_rule_files(options, refused));
  detect::RuleSetBuilder builder(catalogue);
  for (const auto& file : files) {
    const auto parsed = rule::parse_rules(file.text, file.path);
    for (const auto& diagnostic : parsed.diagnostics) {
      diagnostics.push_back(rule::render(diagnostic, file.text, file.path));
      if (diagnostic.severity == rule::Severity::error) {
        refused.push_back({file.path, diagnostic.line, diagnostic.code, diagnostic.message});
      }
    }
    for (const auto& one : parsed.rules) {
      if (const auto added = builder.add(one); !added) {
        const auto& error = added.error();
        refused.push_back({file.path, error.where.line, "S090", error.message});
        diagnostics.push_back(file.path + ":" + std::to_string(error.where.line) +
                              ": error[S090]: " + error.message);
      }
    }
  }
  return LoadedRules{std::move(builder).build(), std::move(refused), std::move(diagnostics)};
}

}  // namespace interdict::pipeline
