#include "explain/html_parts.hpp"

namespace interdict::explain {

std::string_view html_style() {
  return R"css(
:root{color-scheme:light dark;--bg:#fbfaf8;--card:#fff;--ink:#1d2329;--soft:#5b6670;--line:#dcdad5;
--accent:#14507a;--seen:#a3261b;--seenbg:#fbe9e6;--blocked:#17633a;--blockedbg:#e3f3e8;
--inferred:#7a5400;--inferredbg:#fbf1d8;--hidden:#4a5560;--hiddenbg:#eceef0}
@media (prefers-color-scheme:dark){:root{--bg:#14181c;--card:#1c2228;--ink:#e6e9ec;--soft:#9aa6b1;
--line:#343c44;--accent:#7fb8e0;--seen:#ff9d90;--seenbg:#3d211e;--blocked:#86d6a5;--blockedbg:#1a3325;
--inferred:#f0c869;--inferredbg:#392e14;--hidden:#b3bec8;--hiddenbg:#293038}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",
Roboto,"Helvetica Neue",Arial,sans-serif}
main{max-width:70rem;margin:0 auto;padding:2rem 1.25rem 4rem}
h1{font-size:1rem;letter-spacing:.08em;text-transform:uppercase;color:var(--soft);margin:0 0 .4rem}
h2{font-size:1.5rem;line-height:1.25;margin:0 0 .5rem}h3{font-size:1.1rem;margin:2rem 0 .6rem}
p{margin:.4rem 0 .8rem}.lead{font-size:1.35rem;line-height:1.4;max-width:52rem;margin:.2rem 0 .6rem}
.soft{color:var(--soft)}.small{font-size:.875rem}a{color:var(--accent)}
code,.mono{font:0.86em/1.4 ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;
overflow-wrap:anywhere}
nav a{margin-right:1rem;white-space:nowrap}
section{margin-top:2.5rem;padding-top:1.5rem;border-top:1px solid var(--line)}
.answer{border:1px solid var(--line);border-left:.35rem solid var(--accent);border-radius:.5rem;
background:var(--card);padding:1rem 1.25rem;margin-top:1.2rem}
.answer h2{margin-bottom:.6rem}.answer dl{display:block}
.answer dl div{display:grid;grid-template-columns:12rem 1fr;gap:.1rem 1.2rem;padding:.45rem 0;
border-top:1px solid var(--line)}.answer dl div:first-child{border-top:0}
.answer p{margin:.1rem 0 .3rem;max-width:46rem}.answer ol{margin:.1rem 0 .3rem;padding-left:1.2rem}
.badges{display:flex;flex-wrap:wrap;gap:.4rem;margin:.2rem 0 .8rem;padding:0;list-style:none}
.badges li{border:1px solid var(--line);border-radius:1rem;padding:.05rem .7rem;font-size:.85rem;
background:var(--card)}
.strip{display:grid;grid-template-columns:repeat(7,minmax(0,1fr));gap:.4rem;margin:1.2rem 0;padding:0;
list-style:none}
.strip li{border:1px solid var(--line);border-top:.35rem solid var(--hidden);border-radius:.35rem;
padding:.55rem .6rem;background:var(--hiddenbg);font-size:.82rem;line-height:1.35;overflow-wrap:break-word;
hyphens:auto}
.strip b{display:block;font-size:.88rem}.strip .icon{font-size:1.25rem;line-height:1}
.strip .word{display:block;font-weight:600;margin:.15rem 0}
.strip .observed{border-top-color:var(--seen);background:var(--seenbg)}.observed .word,.observed .icon{color:var(--seen)}
.strip .blocked{border-top-color:var(--blocked);background:var(--blockedbg)}.blocked .word,.blocked .icon{color:var(--blocked)}
.strip .inferred{border-top-color:var(--inferred);border-style:solid dashed dashed;background:var(--inferredbg)}
.inferred .word,.inferred .icon{color:var(--inferred)}
.strip .not-visible{border-style:solid dotted dotted}
.story{list-style:none;margin:0;padding:0 0 0 1.1rem;border-left:2px solid var(--line)}
.card{background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:.8rem 1rem;
margin:.7rem 0;break-inside:avoid}
.card h4{margin:0 0 .25rem;font-size:1rem}.card p{margin:.2rem 0}
.when{color:var(--soft);font-size:.85rem;font-variant-numeric:tabular-nums}
.gap{color:var(--soft);font-style:italic;font-size:.9rem;margin:.3rem 0}
.state{font-weight:600}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.86rem;background:var(--card)}
th,td{border:1px solid var(--line);padding:.35rem .5rem;text-align:left;vertical-align:top;
overflow-wrap:break-word}td code{overflow-wrap:normal;word-break:break-word}
th{background:var(--hiddenbg);font-weight:600;overflow-wrap:normal}td.n,th.n{text-align:right;
font-variant-numeric:tabular-nums;white-space:nowrap}
td.t{white-space:nowrap;font-variant-numeric:tabular-nums}
details{margin:.8rem 0}summary{cursor:pointer;color:var(--accent)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem}dt{font-weight:600}dd{margin:0}
@media (max-width:40rem){main{padding:1rem .8rem 3rem}.answer{padding:.8rem}
.answer dl div{display:block}h2{font-size:1.25rem}}
@media (max-width:56rem){.strip{grid-template-columns:1fr}dl{display:block}dd{margin:0 0 .5rem}}
@media print{:root{--bg:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#bbb;--accent:#000;--seen:#8c1d14;
--seenbg:#fff;--blocked:#14532f;--blockedbg:#fff;--inferred:#5c4000;--inferredbg:#fff;--hidden:#333;
--hiddenbg:#fff}body{font-size:10pt}main{max-width:none;padding:0}nav{display:none}
.wide{overflow:visible}tr,.card,.strip,.answer{break-inside:avoid}thead{display:table-header-group}
section{break-before:auto;margin-top:14pt;padding-top:8pt}h2{font-size:14pt}h2,h3,h4{break-after:avoid}
a{text-decoration:none}.lead{font-size:12pt}.strip{grid-template-columns:repeat(7,minmax(0,1fr));gap:3pt}
.strip li,.strip .when{font-size:6.5pt}.strip li{padding:3pt}.strip b{font-size:7pt}.strip .icon{font-size:9pt}
table{font-size:7pt}th,td{padding:2pt 3pt}td code{font-size:6pt}td .id,td a{white-space:nowrap}
@page{margin:14mm}}
)css";
}

}  // namespace interdict::explain
