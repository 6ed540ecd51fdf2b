#pragma once

#include <string>
#include <string_view>

#include "attack/stage.hpp"
#include "finding/report.hpp"

namespace interdict::explain {

/// `Command and control`.
[[nodiscard]] std::string_view stage_name(attack::Stage stage);
/// What a stage means, for somebody who has never heard of a kill chain.
[[nodiscard]] std::string_view stage_meaning(attack::Stage stage);
/// One character that tells a status without colour.
[[nodiscard]] std::string_view status_icon(finding::StageStatus status);
[[nodiscard]] std::string_view status_words(finding::StageStatus status);
/// What the log proves of an attempt: an attempt alone is never told as a success.
[[nodiscard]] std::string_view outcome_words(finding::Outcome outcome);
[[nodiscard]] std::string_view strength_words(finding::Strength strength);
/// What reaching (or not reaching) an objective means, as a sentence.
[[nodiscard]] std::string_view objective_words(finding::Objective objective);
/// What is known of a control, as an answer to “do we have it?”.
[[nodiscard]] std::string_view state_words(finding::ControlState state);
/// `text` with its first letter (ASCII) as a capital.
[[nodiscard]] std::string sentence_case(std::string_view text);

/// The sentences that reports open with, unescaped. Each claims no more than the logs show: the
/// earliest *evidence*, an *account*, steps that *depended on* another.
[[nodiscard]] std::string page_headline(const finding::Report& report);
[[nodiscard]] std::string intrusion_headline(const finding::Intrusion& intrusion);
[[nodiscard]] std::string entry_sentence(const finding::Intrusion& intrusion);
[[nodiscard]] std::string stop_sentence(const finding::StopChoice& choice);

/// `2024-05-17 03:14:07 UTC`: to the second, for reading. Exact times stand in the JSON files.
[[nodiscard]] std::string reading_time(Timestamp time);

}  // namespace interdict::explain
