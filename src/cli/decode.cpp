#include <algorithm>
#include <cstdio>
#include <deque>
#include <map>
#include <memory>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/command.hpp"
#include "explain/json_report.hpp"
#include "json/writer.hpp"
#include "pipeline/content.hpp"
#include "pipeline/ecs.hpp"

namespace interdict::cli {

namespace {

void write_value(json::Writer& json, const Value& value) {
  switch (value.type) {
    case ValueType::null:
      json.null();
      return;
    case ValueType::boolean:
      json.boolean(value.text == "true");
      return;
    case ValueType::integer:
    case ValueType::real: {
      // A decimal number goes out as it came; what the source wrote in hexadecimal stays text.
      const bool is_plain = !value.text.empty() && value.text.find_first_not_of(
                                                       "0123456789.-+eE") == std::string_view::npos;
      if (is_plain) {
        json.raw(value.text);
      } else {
        json.string(value.text);
      }
      return;
    }
    case ValueType::string:
      json.string(value.text);
      return;
  }
}

void write_text_or_null(json::Writer& json, std::string_view text) {
  if (text.empty()) {
    json.null();
  } else {
    json.string(text);
  }
}

bool is_same(const Value& a, const Value& b) {
  return a.type == b.type && a.text == b.text;
}

/// What every event has in ECS, whatever its source: unless a field has it, but for the time. The
/// texts live as long as `keep`.
void add_common(const EventBatch& batch, Row row, std::deque<std::string>& keep,
                std::map<std::string, std::vector<Value>>& named) {
  const auto text = [&](std::string value) {
    return Value{keep.emplace_back(std::move(value)), ValueType::string};
  };
  if (auto time = explain::time_text(batch.time(row))) {
    named["@timestamp"] = {text(*std::move(time))};
  }
  if (const auto host = batch.host(row); !host.empty()) {
    named.try_emplace("host.name", std::vector{text(std::string(host))});
  }
  if (const auto user = batch.user(row); !user.empty()) {
    named.try_emplace("user.name", std::vector{text(std::string(user))});
  }
  std::string dataset = batch.log_source().kind;
  std::ranges::replace(dataset, '/', '.');
  named["event.dataset"] = {text(std::move(dataset))};
}

/// The fields of an event under the names to show, in their order. Two fields may share a name in
/// ECS: all their values stand there, equal ones once.
std::map<std::string, std::vector<Value>> named_fields(const EventBatch& batch, Row row,
                                                       const FieldCatalogue& catalogue,
                                                       const pipeline::EcsNames* ecs,
                                                       std::deque<std::string>& keep) {
  std::map<std::string, std::vector<Value>> named;
  for (const FieldId field : batch.fields()) {
    const auto values = batch.values(row, field);
    if (values.empty()) continue;
    const auto sigma = catalogue.name(field);
    auto& slot =
        named[ecs != nullptr ? ecs->name(batch.log_source().product, sigma) : std::string(sigma)];
    if (slot.empty() || ecs == nullptr) {
      slot.insert(slot.end(), values.begin(), values.end());
      continue;
    }
    for (const auto& value : values) {
      const auto equal = [&](const Value& other) { return is_same(value, other); };
      if (std::ranges::none_of(slot, equal)) slot.push_back(value);
    }
  }
  if (ecs != nullptr) add_common(batch, row, keep, named);
  return named;
}

std::string event_line(const EventBatch& batch, Row row, const FieldCatalogue& catalogue,
                       const pipeline::EcsNames* ecs) {
  std::string line;
  json::Writer json(line);
  json.begin_object();
  const auto time = explain::time_text(batch.time(row));
  json.key("time");
  time ? json.string(*time) : json.null();
  json.key("host");
  write_text_or_null(json, batch.host(row));
  json.key("user");
  write_text_or_null(json, batch.user(row));
  json.key("log_source").string(batch.log_source().kind);
  const auto& source = batch.log_source();
  json.key("log_source_attributes").begin_object();
  json.key("product");
  write_text_or_null(json, source.product);
  json.key("service");
  write_text_or_null(json, source.service);
  json.key("category").begin_array();
  for (const auto& category : source.categories) json.string(category);
  json.end_array();
  json.end_object();
  const auto& origin = batch.origin(row);
  json.key("event").begin_object();
  json.key("file").string(batch.input());
  json.key("record").unsigned_integer(origin.record);
  json.key("offset").unsigned_integer(origin.offset);
  json.end_object();
  json.key("fields").begin_object();
  std::deque<std::string> keep;
  for (const auto& [name, values] : named_fields(batch, row, catalogue, ecs, keep)) {
    json.key(name);
    if (values.size() == 1) {
      write_value(json, values.front());
      continue;
    }
    json.begin_array();
    for (const auto& value : values) write_value(json, value);
    json.end_array();
  }
  json.end_object();
  json.end_object();
  line += '\n';
  return line;
}

}  // namespace

void add_decode(CLI::App& app, Run& run) {
  struct Flags : ReadingFlags {
    std::string out;
    std::string ledger;
    std::string format = "jsonl";
    std::string schema = "sigma";
  };
  auto flags = std::make_shared<Flags>();
  auto* command = app.add_subcommand("decode", "any supported log as JSON lines");
  command->footer("Example: interdict decode System.evtx > events.jsonl");
  add_reading_flags(*command, *flags);
  command->add_option("--out", flags->out, "file to write (default: standard output)");
  command->add_option("--ledger", flags->ledger,
                      "file for what became of every byte (ledger.json)");
  command->add_option("--format", flags->format, "jsonl")->check(CLI::IsMember({"jsonl"}));
  command->add_option("--schema", flags->schema, "whose field names: sigma or ecs")
      ->check(CLI::IsMember({"sigma", "ecs"}));
  command->callback([flags, &run] {
    run = [flags]() -> int {
      if (!finish_flags(*flags)) return kUsage;
      const auto ecs = pipeline::EcsNames::parse(pipeline::content("ecs/fields.tsv"));
      if (!ecs) return report_error(ecs.error());
      const auto* names = flags->schema == "ecs" ? &*ecs : nullptr;
      std::FILE* out = flags->out.empty() ? stdout : std::fopen(flags->out.c_str(), "wb");
      if (out == nullptr) {
        say("interdict: " + flags->out + ": cannot be written");
        return kFailed;
      }
      bool ok = true;
      const auto decoded = pipeline::decode(
          flags->options, [&](const EventBatch& batch, Row row, const FieldCatalogue& catalogue) {
            const auto line = event_line(batch, row, catalogue, names);
            ok = std::fwrite(line.data(), 1, line.size(), out) == line.size() && ok;
          });
      ok = std::fflush(out) == 0 && ok;
      if (!flags->out.empty()) ok = std::fclose(out) == 0 && ok;
      if (!decoded) return report_error(decoded.error());
      if (!ok) {
        say("interdict: the output cannot be written in full");
        return kFailed;
      }
      for (const auto& diagnostic : decoded->diagnostics) say(diagnostic);
      const auto& ledger = decoded->report.ledger;
      if (!flags->ledger.empty() && !write_out(flags->ledger, explain::ledger_json(ledger))) {
        return kFailed;
      }
      return exit_status(ledger);
    };
  });
}

}  // namespace interdict::cli
