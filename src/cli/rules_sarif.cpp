#include <string_view>

#include "cli/rules.hpp"
#include "json/writer.hpp"
#include "rule/codes.hpp"

namespace interdict::cli {

namespace {

std::string_view level_of(rule::Severity severity) {
  return severity == rule::Severity::error ? "error" : "warning";
}

void write_codes(json::Writer& json) {
  for (const auto& code : rule::kCodes) {
    json.begin_object();
    json.key("id").string(code.id);
    json.key("shortDescription").begin_object();
    json.key("text").string(code.meaning);
    json.end_object();
    json.key("defaultConfiguration").begin_object();
    json.key("level").string(level_of(code.severity));
    json.end_object();
    json.end_object();
  }
}

void write_rules(json::Writer& json, const pipeline::LoadedRules& loaded) {
  for (const auto& rule : loaded.infos) {
    json.begin_object();
    json.key("id").string(rule.id);
    json.key("name").string(rule.title);
    json.key("shortDescription").begin_object();
    json.key("text").string(rule.title);
    json.end_object();
    json.key("properties").begin_object();
    json.key("level").string(finding::to_string(rule.level));
    json.key("path").string(rule.path);
    json.end_object();
    json.end_object();
  }
}

/// A relative reference of RFC 3986: bytes that have a meaning there are escaped.
std::string uri_of(std::string_view path) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/";
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : path) {
    if (kPlain.find(c) != std::string_view::npos) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += kHex[byte >> 4U];
    out += kHex[byte & 15U];
  }
  return out;
}

void write_result(json::Writer& json, const pipeline::RuleFault& fault) {
  json.begin_object();
  json.key("ruleId").string(fault.diagnostic.code);
  json.key("level").string(level_of(fault.diagnostic.severity));
  json.key("message").begin_object();
  std::string text = fault.diagnostic.message;
  if (!fault.diagnostic.suggestion.empty())
    text += "; did you mean `" + fault.diagnostic.suggestion + "`?";
  json.key("text").string(text);
  json.end_object();
  json.key("locations").begin_array().begin_object();
  json.key("physicalLocation").begin_object();
  json.key("artifactLocation").begin_object();
  json.key("uri").string(uri_of(fault.path));
  json.end_object();
  if (fault.diagnostic.line > 0) {
    json.key("region").begin_object();
    json.key("startLine").unsigned_integer(fault.diagnostic.line);
    if (fault.character > 0) {
      json.key("startColumn").unsigned_integer(fault.character);
      json.key("endColumn").unsigned_integer(fault.character + fault.characters);
    }
    json.end_object();
  }
  json.end_object();
  json.end_object().end_array();
  json.end_object();
}

}  // namespace

std::string rules_sarif(const pipeline::LoadedRules& loaded, bool diagnostics) {
  std::string out;
  json::Writer json(out, json::Layout::pretty);
  json.begin_object();
  json.key("$schema").string("https://json.schemastore.org/sarif-2.1.0.json");
  json.key("version").string("2.1.0");
  json.key("runs").begin_array().begin_object();
  json.key("tool").begin_object();
  json.key("driver").begin_object();
  json.key("name").string("interdict");
  json.key("version").string(INTERDICT_VERSION);
  json.key("rules").begin_array();
  if (diagnostics) {
    write_codes(json);
  } else {
    write_rules(json, loaded);
  }
  json.end_array();
  json.end_object();
  json.end_object();
  json.key("columnKind").string("unicodeCodePoints");
  json.key("results").begin_array();
  if (diagnostics)
    for (const auto& fault : loaded.faults) write_result(json, fault);
  json.end_array();
  json.end_object().end_array();
  json.end_object();
  return out + '\n';
}

}  // namespace interdict::cli
