#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "base/tsv.hpp"
#include "cli/command.hpp"
#include "serve/hunted.hpp"
#include "serve/server.hpp"

namespace interdict::cli {

namespace {

constexpr std::size_t kMaxTokenBytes = 4096;

/// `127.0.0.1:8080` or `[::1]:8080`; false if it is neither.
bool read_listen(const std::string& text, serve::Listening& out) {
  const auto colon = text.rfind(':');
  if (colon == std::string::npos) return false;
  const auto port = parse_number(std::string_view(text).substr(colon + 1));
  out.address = text.substr(0, colon);
  if (out.address.starts_with('[') && out.address.ends_with(']')) {
    out.address = out.address.substr(1, out.address.size() - 2);
  } else if (out.address.find(':') != std::string::npos) {
    return false;
  }
  if (!port || *port > 65'535 || out.address.empty()) return false;
  out.port = static_cast<std::uint16_t>(*port);
  return true;
}

/// The file's first line; nothing with a word if there is none.
std::optional<std::string> read_token(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(kMaxTokenBytes, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  text.resize(std::min(text.find_first_of("\r\n"), text.size()));
  if (!text.empty()) return text;
  say("interdict: " + path + ": holds no token, or cannot be read");
  return std::nullopt;
}

int run_serve(const std::string& folder, const serve::Listening& listening) {
  auto hunted = serve::load_hunted(folder);
  if (!hunted) return report_error(hunted.error());
  for (const auto& remark : hunted->remarks) say("interdict: " + remark);
  auto server = serve::Server::listen(
      listening, std::make_shared<const serve::Hunted>(std::move(hunted).value()));
  if (!server) return report_error(server.error());
  const bool is_ipv6 = listening.address.find(':') != std::string::npos;
  const auto host = is_ipv6 ? "[" + listening.address + "]" : listening.address;
  say("serving " + folder + " at http://" + host + ":" + std::to_string(server->port()) +
      "/ until Ctrl-C");
  if (!serve::is_loopback(listening.address)) {
    say("interdict: the token and the result travel unencrypted: put a TLS proxy in front");
  }
  server->run(true);
  return kDone;
}

}  // namespace

void add_serve(CLI::App& app, Run& run) {
  struct Flags {
    std::string folder;
    std::string listen = "127.0.0.1:8080";
    std::string token_file;
    std::vector<std::string> host_names;
  };
  auto flags = std::make_shared<Flags>();
  auto* command = app.add_subcommand("serve", "a hunt's result by HTTP, read only");
  command->footer("Example: interdict serve result/ --listen 127.0.0.1:8080");
  command->add_option("DIR", flags->folder, "the folder that hunt --out left")->required();
  command->add_option("--listen", flags->listen, "address and port; port 0 takes a free one")
      ->capture_default_str();
  command->add_option("--token-file", flags->token_file,
                      "file with the token to ask for; needed where others can reach the address");
  command
      ->add_option("--allow-host", flags->host_names,
                   "a name by which clients may call this server; may be repeated")
      ->allow_extra_args(false);
  command->callback([flags, &run] {
    run = [flags]() -> int {
      serve::Listening listening;
      if (!read_listen(flags->listen, listening)) {
        say("interdict: --listen: is no ADDRESS:PORT: `" + flags->listen + "`");
        return kUsage;
      }
      if (!flags->token_file.empty()) {
        const auto token = read_token(flags->token_file);
        if (!token) return kFailed;
        listening.access.token = *token;
      }
      listening.access.host_names = flags->host_names;
      return run_serve(flags->folder, listening);
    };
  });
}

}  // namespace interdict::cli
