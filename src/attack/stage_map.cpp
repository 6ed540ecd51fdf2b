#include "attack/stage_map.hpp"

#include <charconv>
#include <cstdint>
#include <span>

#include "base/tsv.hpp"

namespace interdict::attack {

namespace {

bool parse_weights(std::string_view text, StageDistribution& out) {
  unsigned sum = 0;
  for (auto& weight : out) {
    const std::string_view part = take_part(text, ' ');
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), weight);
    if (error != std::errc{} || end != part.data() + part.size()) return false;
    sum += weight;
  }
  return text.empty() && sum == 1000;
}

bool parse_flags(std::string_view text, Placement& out) {
  while (!text.empty()) {
    const std::string_view flag = take_part(text, ',');
    if (flag == "neutral") {
      out.neutral = true;
    } else if (flag == "execution") {
      out.execution = true;
    } else if (flag == "escalation") {
      out.escalation = true;
    } else if (flag == "transfer") {
      out.transfer = true;
    } else if (flag == "achieves") {
      out.achieves = true;
    } else if (flag == "noisy") {
      out.noisy = true;
    } else if (flag == "account") {
      out.account = true;
    } else if (flag != "-") {
      return false;
    }
  }
  return true;
}

/// Mean of the parts, in 1/1000, the rounding given to the largest weight.
Placement mean(std::span<const Placement* const> parts) {
  Placement out;
  out.neutral = true;
  out.noisy = true;
  std::array<std::uint32_t, kStageCount> sums{};
  std::uint32_t counted = 0;
  for (const Placement* part : parts) out.neutral = out.neutral && part->neutral;
  for (const Placement* part : parts) {
    // A neutral companion says nothing about the stage of the one that does.
    if (part->neutral && !out.neutral) continue;
    ++counted;
    for (std::size_t s = 0; s < kStageCount; ++s) sums[s] += part->stages[s];
    out.noisy = out.noisy && part->noisy;
    out.execution = out.execution || part->execution;
    out.escalation = out.escalation || part->escalation;
    out.transfer = out.transfer || part->transfer;
    out.achieves = out.achieves || part->achieves;
    out.account = out.account || part->account;
  }
  if (counted == 0) return {};
  unsigned total = 0;
  std::size_t largest = 0;
  for (std::size_t s = 0; s < kStageCount; ++s) {
    out.stages[s] = static_cast<std::uint16_t>(sums[s] / counted);
    total += out.stages[s];
    if (out.stages[s] > out.stages[largest]) largest = s;
  }
  out.stages[largest] = static_cast<std::uint16_t>(out.stages[largest] + (1000 - total));
  return out;
}

}  // namespace

Result<StageMap> StageMap::parse(std::string_view text) {
  StageMap map;
  TsvReader rows(text);
  while (auto row = rows.next()) {
    const std::string_view kind = row->cell();
    const std::string_view key = row->cell();
    Placement placement;
    const bool good = parse_weights(row->cell(), placement.stages) &&
                      parse_flags(row->cell(), placement) && !key.empty();
    if (!good || (kind != "tactic" && kind != "technique")) {
      return fail(Errc::syntax, "not a line of the stage map", {.line = row->line});
    }
    auto& table = kind == "tactic" ? map.tactics_ : map.techniques_;
    table.insert_or_assign(std::string(key), placement);
  }
  return map;
}

const Placement* StageMap::technique(std::string_view id) const {
  if (const auto it = techniques_.find(id); it != techniques_.end()) return &it->second;
  const std::size_t dot = id.find('.');
  if (dot == std::string_view::npos) return nullptr;
  const auto it = techniques_.find(id.substr(0, dot));
  return it == techniques_.end() ? nullptr : &it->second;
}

const Placement* StageMap::tactic(std::string_view slug) const {
  const auto it = tactics_.find(slug);
  return it == tactics_.end() ? nullptr : &it->second;
}

Placement StageMap::place(const std::vector<std::string>& techniques,
                          const std::vector<std::string>& tactics) const {
  std::vector<const Placement*> parts;
  bool all_neutral = true;
  for (const auto& id : techniques) {
    if (const Placement* p = technique(id)) {
      parts.push_back(p);
      all_neutral = all_neutral && p->neutral;
    }
  }
  // Neutral techniques alone leave the word to a tactic that is not neutral.
  if (parts.empty() || all_neutral) {
    for (const auto& slug : tactics) {
      if (const Placement* p = tactic(slug)) parts.push_back(p);
    }
  }
  return mean(parts);
}

}  // namespace interdict::attack
