#include "serve/hunted.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include "explain/html.hpp"
#include "explain/json_report.hpp"
#include "explain/read_back.hpp"
#include "store/reader.hpp"

namespace interdict::serve {

namespace {

namespace fs = std::filesystem;

/// A larger file is no result of a hunt; reading it back would take several times its size.
constexpr std::uintmax_t kMaxResultBytes = std::uintmax_t{2} << 30U;

Result<std::string> read_file(const fs::path& path) {
  const Where where{.file = path.string()};
  std::error_code error;
  const auto size = fs::file_size(path, error);
  if (!error && size > kMaxResultBytes) return fail(Errc::limit, "larger than any result", where);
  std::ifstream file(path, std::ios::binary);
  if (error || !file) {
    return fail(Errc::io, "cannot be read; is this the folder of a hunt?", where);
  }
  std::ostringstream text;
  if (size > 0) text << file.rdbuf();
  return std::move(text).str();
}

/// The lines of the detections as the store has them; nothing, with a remark, if it is damaged or
/// is the store of another result.
std::vector<std::string> lines_of_store(const std::string& folder, const finding::Report& report,
                                        std::vector<std::string>& remarks) {
  std::vector<std::string> lines;
  bool agrees = true;
  const store::Query detections{.type = store::EntryType::detection};
  const auto searched = store::search_folder(folder, detections, [&](const store::Entry& entry) {
    agrees = agrees && lines.size() < report.detections.size() &&
             report.detections[lines.size()].id == entry.id;
    lines.push_back(entry.body);
  });
  std::string why;
  if (!searched) {
    why = searched.error().message;
  } else if (searched->unreadable > 0 || searched->walked.damaged_bytes > 0 ||
             searched->walked.torn_bytes > 0) {
    why = std::to_string(searched->unreadable) + " files, " +
          std::to_string(searched->walked.damaged_bytes) + " bytes are damaged and " +
          std::to_string(searched->walked.torn_bytes) + " were not written in full";
  } else if (!agrees || lines.size() != report.detections.size()) {
    why = "holds another result";
  } else {
    return lines;
  }
  remarks.push_back(folder + ": " + why + "; `detections.jsonl` is taken instead");
  return {};
}

}  // namespace

Result<Hunted> load_hunted(const std::string& folder) {
  const fs::path root(folder);
  INTERDICT_TRY(const auto intrusions, read_file(root / "intrusions.json"));
  INTERDICT_TRY(const auto detections, read_file(root / "detections.jsonl"));
  INTERDICT_TRY(const auto ledger, read_file(root / "ledger.json"));
  const auto report = explain::read_back({intrusions, detections, ledger});
  if (!report) {
    Error error = report.error();
    error.where.file = (root / error.where.file).string();
    return tl::unexpected(std::move(error));
  }
  const auto shared = [](std::string text) {
    return std::make_shared<const std::string>(std::move(text));
  };
  // Written anew from what was read: a file that somebody changed cannot bring a script along.
  Hunted out;
  out.page = shared(explain::html(*report));
  out.intrusions = shared(explain::intrusions_json(*report));
  out.ledger = shared(explain::ledger_json(report->ledger));
  for (const auto& intrusion : report->intrusions) {
    out.intrusion.emplace(intrusion.id, shared(explain::intrusion_json(intrusion)));
  }
  std::vector<std::string> lines;
  std::error_code error;
  if (const auto store = root / "store"; fs::is_directory(store, error)) {
    lines = lines_of_store(store.string(), *report, out.remarks);
  }
  for (std::size_t i = 0; i < report->detections.size(); ++i) {
    const auto& one = report->detections[i];
    const auto& rule = report->rules[one.rule.value()];
    auto& row = out.detections.emplace_back();
    row.time = one.time;
    row.last = std::max(one.time, one.last);
    row.host = one.host;
    row.rule = rule.id;
    row.level = rule.level;
    row.source = rule.source;
    row.intrusion = one.intrusion;
    if (i < lines.size()) {
      row.json = std::move(lines[i]);
    } else {
      row.json = explain::detection_json(*report, one);
      row.json.pop_back();  // its newline
    }
  }
  return out;
}

}  // namespace interdict::serve
