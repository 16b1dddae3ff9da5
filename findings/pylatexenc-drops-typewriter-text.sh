#!/usr/bin/env bash
# pylatexenc's conversion of LaTeX to text drops what stands in \texttt, \textsf, \mbox, \verb and verbatim, and the
# signs \S, \copyright and \pounds.
#
# Versions: pylatexenc 2.11
#
# Behaviour: LatexNodes2Text keeps the words in \textsc, \textbf and \emph, and those of macros that it does not know.
# Of \texttt{word} nothing is left, nor of \textsf, \textup and \mbox, of \verb|word| and of the environment verbatim.
# lstlisting, which it does not know, is kept. There is no warning.
#
# One would guess otherwise: these macros only choose the type, and one that is unknown is treated better than one that
# is known. Manuals and papers on programs lose every name and example of code, and sentences their objects.
#
# Output seen, 30 November 2026:
#   The \texttt{print} function: 'The  function'
#   The \textsf{print} function: 'The  function'
#   The \mbox{print} function: 'The  function'
#   The \verb|print| function: 'The  function'
#   The \textsc{print} function: 'The print function'
#   The \unknown{print} function: 'The print function'
#   \begin{verbatim}print\end{verbatim}: ''
#   \begin{lstlisting}print\end{lstlisting}: 'print'
#   \S{} 5, \copyright{} 2024, \pounds{} 3, \TeX{}: ' 5,  2024,  3, '
#   \textregistered{}, \texteuro{} 3: '®, € 3'

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet pylatexenc==2.11
"$work/venv/bin/python" - <<'PY'
import sys

from pylatexenc.latex2text import LatexNodes2Text


def check(latex, want):
    got = LatexNodes2Text().latex_to_text(latex)
    print(f"{latex}: {got!r}")
    if got != want:
        sys.exit(f"CHANGED: was {want!r}")


for macro in (r"\texttt{print}", r"\textsf{print}", r"\mbox{print}", r"\verb|print|"):
    check(f"The {macro} function", "The  function")
for macro in (r"\textsc{print}", r"\unknown{print}"):
    check(f"The {macro} function", "The print function")
check(r"\begin{verbatim}print\end{verbatim}", "")
check(r"\begin{lstlisting}print\end{lstlisting}", "print")
check(r"\S{} 5, \copyright{} 2024, \pounds{} 3, \TeX{}", " 5,  2024,  3, ")
check(r"\textregistered{}, \texteuro{} 3", "®, € 3")
PY
