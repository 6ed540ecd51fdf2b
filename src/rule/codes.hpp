#pragma once

#include <cstdint>
#include <string_view>

namespace interdict::rule {

enum class Severity : std::uint8_t { error, warning };

/// A diagnostic's code. Codes are stable: a retired one is never given to another meaning.
struct Code {
  std::string_view id;
  Severity severity;  ///< an error refuses the whole document, a warning does not
  std::string_view meaning;
};

// S00x: files and documents.
inline constexpr Code kYamlSyntax{"S001", Severity::error, "the YAML does not parse"};
inline constexpr Code kYamlLimit{"S002", Severity::error, "the file is too large, deep or wide"};
inline constexpr Code kNotUtf8{"S003", Severity::error, "the file is not UTF-8"};
inline constexpr Code kNotAMap{"S004", Severity::error, "the document is not a map"};
inline constexpr Code kDuplicateKey{"S005", Severity::error, "a map has the same key twice"};
// S006 and S007 are retired: correlations and filters were refused by them.
inline constexpr Code kCollection{"S008", Severity::error, "an `action` that does not fit"};
inline constexpr Code kMissing{"S009", Severity::error, "a mandatory attribute is missing"};
inline constexpr Code kWrongType{"S010", Severity::error, "a value has the wrong type"};
inline constexpr Code kBadValue{"S011", Severity::error, "an attribute has a value not allowed"};
// S012–S029: detection items.
inline constexpr Code kUnknownModifier{"S012", Severity::error, "unknown modifier"};
inline constexpr Code kMisplacedModifier{"S013", Severity::error,
                                         "a modifier does not fit the value or its place"};
inline constexpr Code kPlaceholder{"S014", Severity::error, "a placeholder has no value"};
inline constexpr Code kRegexUnsupported{"S015", Severity::error,
                                        "a regular expression outside Sigma's subset"};
inline constexpr Code kRegexSyntax{"S016", Severity::error, "a regular expression is malformed"};
inline constexpr Code kBadCidr{"S017", Severity::error, "not a network in CIDR notation"};
inline constexpr Code kNotANumber{"S018", Severity::error, "a numeric modifier needs a number"};
inline constexpr Code kNullKeyword{"S019", Severity::error, "a keyword cannot be null"};
inline constexpr Code kNeedsField{"S020", Severity::error, "a modifier needs a field"};
inline constexpr Code kEncodedWildcard{"S021", Severity::error,
                                       "a wildcard cannot be encoded or be part of a field name"};
inline constexpr Code kEmptyIdentifier{"S022", Severity::error,
                                       "a search identifier without items"};
inline constexpr Code kTaxonomy{"S023", Severity::error, "a taxonomy other than `sigma`"};
// S03x: conditions.
inline constexpr Code kConditionSyntax{"S030", Severity::error, "the condition does not parse"};
inline constexpr Code kUndefined{"S031", Severity::error, "an undefined search identifier"};
inline constexpr Code kMatchesNothing{"S032", Severity::error,
                                      "a pattern that matches no search identifier"};
inline constexpr Code kAggregation{"S033", Severity::error,
                                   "a legacy aggregation that cannot be read as a correlation"};
inline constexpr Code kConditionLimit{"S034", Severity::error, "the condition is too deep or long"};
// S035–S049: correlations, filters and how documents refer to one another.
inline constexpr Code kTimespan{"S035", Severity::error,
                                "a `timespan` that is not number + letter"};
inline constexpr Code kCorrelationType{"S036", Severity::error, "an unknown correlation type"};
inline constexpr Code kCorrelationCondition{"S037", Severity::error,
                                            "a correlation's condition that does not fit its type"};
inline constexpr Code kUnknownReference{"S038", Severity::error,
                                        "a rule is referred to that does not exist or was refused"};
inline constexpr Code kAmbiguousReference{"S039", Severity::error,
                                          "a name that several documents have"};
inline constexpr Code kCycle{"S040", Severity::error, "correlations that refer to one another"};
inline constexpr Code kDuplicateId{"S041", Severity::error, "an `id` that another document has"};
inline constexpr Code kUnknownCorrelationKey{"S042", Severity::error,
                                             "an unknown key of a correlation"};
inline constexpr Code kCorrelationLimit{"S043", Severity::error,
                                        "a correlation with too many rules, fields or terms"};
inline constexpr Code kPipelineRefused{"S044", Severity::error,
                                       "a processing pipeline refuses the rule"};
inline constexpr Code kBadPipeline{"S047", Severity::error, "a fault in a processing pipeline"};
inline constexpr Code kTooManyFaults{"S045", Severity::error,
                                     "more faults than are shown of one file"};
inline constexpr Code kFilterKind{"S046", Severity::error, "a filter that is not as filters are"};
// S05x: warnings.
inline constexpr Code kTag{"S050", Severity::warning, "a tag outside the known namespaces"};
inline constexpr Code kDate{"S051", Severity::warning, "a date that is not `YYYY-MM-DD`"};
inline constexpr Code kUpperCase{"S052", Severity::warning,
                                 "a condition's operator is not in lower case"};
inline constexpr Code kAllSingle{"S053", Severity::warning, "`all` with a single value"};
inline constexpr Code kNullInList{"S054", Severity::warning, "null inside a list of values"};
inline constexpr Code kTitleLength{"S055", Severity::warning,
                                   "a title of more than 256 characters"};
inline constexpr Code kUnused{"S056", Severity::warning, "a search identifier is never used"};
inline constexpr Code kId{"S057", Severity::warning, "an `id` that is not a UUID"};
inline constexpr Code kStatus{"S058", Severity::warning, "an unknown status"};
inline constexpr Code kEmptyList{"S059", Severity::warning, "an empty list of values is null"};
inline constexpr Code kLogsourceCase{"S060", Severity::warning,
                                     "a log source that is not in lower case"};

inline constexpr Code kFilterNotNegated{
    "S061", Severity::warning, "a filter that requires what it names instead of excluding it"};
inline constexpr Code kLegacyAggregation{"S062", Severity::warning,
                                         "a legacy aggregation, read as a correlation"};
inline constexpr Code kRepeatedDocument{"S063", Severity::warning,
                                        "the same document stands elsewhere too"};
inline constexpr Code kFilterUnused{"S064", Severity::warning, "a filter that applies to no rule"};
inline constexpr Code kAliasIncomplete{"S065", Severity::warning,
                                       "an alias that says nothing of one of the rules"};

/// All of them, by number.
inline constexpr Code kCodes[] = {
    kYamlSyntax,
    kYamlLimit,
    kNotUtf8,
    kNotAMap,
    kDuplicateKey,
    kCollection,
    kMissing,
    kWrongType,
    kBadValue,
    kUnknownModifier,
    kMisplacedModifier,
    kPlaceholder,
    kRegexUnsupported,
    kRegexSyntax,
    kBadCidr,
    kNotANumber,
    kNullKeyword,
    kNeedsField,
    kEncodedWildcard,
    kEmptyIdentifier,
    kTaxonomy,
    kConditionSyntax,
    kUndefined,
    kMatchesNothing,
    kAggregation,
    kConditionLimit,
    kTimespan,
    kCorrelationType,
    kCorrelationCondition,
    kUnknownReference,
    kAmbiguousReference,
    kCycle,
    kDuplicateId,
    kUnknownCorrelationKey,
    kCorrelationLimit,
    kPipelineRefused,
    kTooManyFaults,
    kFilterKind,
    kBadPipeline,
    kTag,
    kDate,
    kUpperCase,
    kAllSingle,
    kNullInList,
    kTitleLength,
    kUnused,
    kId,
    kStatus,
    kEmptyList,
    kLogsourceCase,
    kFilterNotNegated,
    kLegacyAggregation,
    kRepeatedDocument,
    kFilterUnused,
    kAliasIncomplete,
};

}  // namespace interdict::rule
