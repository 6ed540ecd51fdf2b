#include "pipeline/rules.hpp"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <string_view>
#include <thread>
#include <tuple>

#include "base/hash.hpp"
#include "pipeline/content.hpp"
#include "pipeline/rule_cache.hpp"
#include "rule/link.hpp"
#include "rule/parser.hpp"
#include "rule/rewrite.hpp"
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

/// The text of each file, to show a fault's line.
using Sources = std::map<std::string, const std::string*>;

/// Bytes of a line → characters of it, for tools that count so.
std::uint32_t code_points(std::string_view text) {
  return static_cast<std::uint32_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string_view line_of(std::string_view text, std::uint32_t number) {
  for (; number > 1 && !text.empty(); --number) {
    const auto end = text.find('\n');
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return text.substr(0, text.find('\n'));
}

void report(const std::string& path, const rule::Diagnostic& diagnostic, const Sources& sources,
            LoadedRules& out) {
  const auto found = sources.find(path);
  const std::string_view source = found == sources.end() ? "" : std::string_view(*found->second);
  RuleFault fault{path, diagnostic, rule::render(diagnostic, source, path), 0, 0};
  if (diagnostic.line > 0 && diagnostic.column > 0) {
    const auto line = line_of(source, diagnostic.line);
    const auto start = std::min<std::size_t>(diagnostic.column - 1, line.size());
    fault.character = code_points(line.substr(0, start)) + 1;
    fault.characters = std::max(1U, code_points(line.substr(start, diagnostic.length)));
  }
  out.faults.push_back(std::move(fault));
  if (diagnostic.severity == rule::Severity::error) {
    out.refused.push_back({path, diagnostic.line, diagnostic.code, diagnostic.message});
  }
}

/// Each file by itself, with `jobs` threads; which one takes which changes nothing.
std::vector<rule::ParsedFile> parse_each(const std::vector<RuleFile>& files,
                                         const rule::ParseOptions& options, unsigned jobs) {
  std::vector<rule::ParsedFile> parsed(files.size());
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t i = next++; i < files.size(); i = next++) {
      parsed[i] = rule::parse_rules(files[i].text, files[i].path, options);
    }
  };
  if (jobs == 0) jobs = std::max(1U, std::thread::hardware_concurrency());
  std::vector<std::jthread> threads;
  for (std::size_t i = 1; i < std::min<std::size_t>(jobs, files.size()); ++i) {
    threads.emplace_back(work);
  }
  work();
  threads.clear();  // all are done
  return parsed;
}

/// The same, from the cache if it has them.
std::vector<rule::ParsedFile> parse_or_recall(const std::vector<RuleFile>& files,
                                              const rule::ParseOptions& how,
                                              const Options& options) {
  std::size_t bytes = 0;
  std::vector<std::pair<std::string_view, std::string_view>> texts;
  for (const auto& file : files) {
    bytes += file.text.size();
    texts.emplace_back(file.path, file.text);
  }
  std::string key;
  if (!options.cache_folder.empty() && bytes >= kMinCachedBytes) key = cache_key(texts, how);
  if (!key.empty()) {
    auto known = read_cached_rules(options.cache_folder, key);
    if (known && known->size() == files.size()) return *std::move(known);
  }
  auto parsed = parse_each(files, how, options.jobs);
  if (!key.empty()) write_cached_rules(options.cache_folder, key, parsed);
  return parsed;
}

rule::Library collect(const std::vector<RuleFile>& files, std::vector<rule::ParsedFile> all,
                      const Sources& sources, LoadedRules& out) {
  rule::Library library;
  for (std::size_t i = 0; i < files.size(); ++i) {
    auto& parsed = all[i];
    for (const auto& diagnostic : parsed.diagnostics) {
      report(files[i].path, diagnostic, sources, out);
    }
    out.refused_documents += parsed.refused;
    std::ranges::move(parsed.rules, std::back_inserter(library.rules));
    std::ranges::move(parsed.correlations, std::back_inserter(library.correlations));
    std::ranges::move(parsed.filters, std::back_inserter(library.filters));
  }
  return library;
}

/// A correlation's own words, over those of the first rule that it counts.
finding::RuleInfo info_of(const rule::LinkedCorrelation& linked,
                          const std::vector<finding::RuleInfo>& known, std::size_t rules) {
  const rule::Correlation& from = linked.correlation;
  const rule::Member& member = linked.members.front();
  finding::RuleInfo info = known[member.is_correlation ? rules + member.index : member.index];
  info.id = from.id;
  if (info.id.empty()) {
    std::string content = from.title + '\n' + from.name;
    for (const auto& reference : from.rules) content += '\n' + reference.text;
    info.id = "sigma-" + hex64(hash64(content));
  }
  info.title = from.title;
  info.path = from.path;
  info.status = from.status;
  info.has_false_positives = from.has_false_positives;
  if (from.level) info.level = static_cast<finding::Level>(*from.level);
  if (!from.techniques.empty()) info.techniques = from.techniques;
  if (!from.tactics.empty()) info.tactics = from.tactics;
  return info;
}

struct Reading {
  rule::ParseOptions options;
  std::vector<rule::RewritePipeline> pipelines;  ///< in the order they apply
  correlate::SigmaOptions correlations;
};

Result<Reading> read_options(const Options& options) {
  Reading out;
  for (const auto& path : options.pipeline_paths) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return fail(Errc::io, "no such pipeline", Where{.file = path});
    std::ostringstream text;
    text << file.rdbuf();
    std::vector<rule::Diagnostic> diagnostics;
    auto parsed = rule::parse_pipeline(text.str(), path, diagnostics);
    if (!parsed) {
      const auto& first = diagnostics.front();
      return fail(Errc::syntax, first.message + " [" + first.code + "]",
                  Where{.file = path, .line = first.line});
    }
    out.pipelines.push_back(std::move(*parsed));
  }
  std::ranges::stable_sort(out.pipelines, {}, &rule::RewritePipeline::priority);
  for (const auto& pipeline : out.pipelines) rule::add_placeholders(pipeline, out.options);
  for (const auto& name : options.sigma_switches) {
    if (name == "base64-ignores-case") {
      out.options.base64_ignores_case = true;
    } else if (name == "fieldref-minds-case") {
      out.options.fieldref_minds_case = true;
    } else if (name == "null-group") {
      out.correlations.null_group = true;
    } else {
      return fail(Errc::unsupported, "no such switch: `" + name + "`");
    }
  }
  return out;
}

void refuse(const rule::Metadata& document, std::string code, std::string message,
            std::uint32_t line, rule::Linked& linked) {
  rule::Diagnostic diagnostic;
  diagnostic.code = std::move(code);
  diagnostic.message = std::move(message);
  diagnostic.line = line;
  diagnostic.column = 1;
  diagnostic.rule_id = document.id;
  linked.diagnostics.push_back({document.path, std::move(diagnostic)});
}

/// Rewrites every rule by the pipelines; those that one refuses leave the library.
void rewrite(const std::vector<rule::RewritePipeline>& pipelines, rule::Library& library,
             rule::Linked& faults) {
  if (pipelines.empty()) return;
  const auto refused = [&](auto& document) {
    const auto why = rule::apply_pipelines(pipelines, document);
    if (why)
      refuse(document, std::string(rule::kPipelineRefused.id), *why, document.position.line,
             faults);
    return why.has_value();
  };
  std::erase_if(library.rules, refused);
  std::erase_if(library.correlations, [&](rule::Correlation& correlation) {
    return std::ranges::any_of(correlation.own_rules, refused) || refused(correlation);
  });
  std::erase_if(library.filters, [&](rule::Filter& filter) { return refused(filter.body); });
}

}  // namespace

Result<LoadedRules> load_rules(const Options& options, FieldCatalogue& catalogue) {
  LoadedRules out{detect::RuleSetBuilder(catalogue).build(), {}, {}, {}, {}, {}, {}, 0};
  INTERDICT_TRY(const auto reading, read_options(options));
  INTERDICT_TRY(const auto files, read_rule_files(options, out.refused));
  Sources sources;
  for (const auto& file : files) sources.emplace(file.path, &file.text);

  rule::Library library =
      collect(files, parse_or_recall(files, reading.options, options), sources, out);
  rule::Linked rewritten;
  rewrite(reading.pipelines, library, rewritten);
  rule::Linked linked = rule::link(std::move(library));
  std::ranges::move(rewritten.diagnostics, std::back_inserter(linked.diagnostics));

  detect::RuleSetBuilder builder(catalogue);
  std::vector<bool> bad(linked.rules.size());
  for (std::size_t i = 0; i < linked.rules.size(); ++i) {
    const rule::Rule& one = linked.rules[i].rule;
    const auto added = builder.add(one);
    if (added) continue;
    bad[i] = true;
    refuse(one, "S090", added.error().message, added.error().where.line, linked);
  }
  rule::drop_rules(linked, bad);
  for (const auto& [path, diagnostic] : linked.diagnostics) {
    report(path, diagnostic, sources, out);
    if (diagnostic.severity == rule::Severity::error) ++out.refused_documents;
  }
  std::ranges::stable_sort(out.faults, [](const auto& left, const auto& right) {
    return std::tie(left.path, left.diagnostic.line, left.diagnostic.column) <
           std::tie(right.path, right.diagnostic.line, right.diagnostic.column);
  });

  out.rules = std::move(builder).build();
  for (const auto& rule : linked.rules) out.silent.push_back(rule.silent);
  out.infos.assign(out.rules.rules().begin(), out.rules.rules().end());
  for (const auto& correlation : linked.correlations) {
    out.infos.push_back(info_of(correlation, out.infos, linked.rules.size()));
  }
  out.correlations = correlate::SigmaPlan::create(linked, catalogue, reading.correlations);
  out.linked = std::move(linked);
  return out;
}

}  // namespace interdict::pipeline
