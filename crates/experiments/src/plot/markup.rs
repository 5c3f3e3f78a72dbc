//! Reading of texts: `$...$` sets letters in mathematical italics, `^{...}` and `_{...}` raise and lower.

use super::{Error, Result};

/// A piece of a text.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Node {
    /// Characters on the line; letters of mathematics stand in Unicode's block of mathematical italics.
    Text(String),
    /// What hangs at the end of the piece before.
    Script { lower: Vec<Node>, upper: Vec<Node> },
}

/// Reads a text. Inside `$...$` a single character after `^` or `_` needs no braces; outside, braces make the script.
/// Raised and lowered digits of Unicode (10⁻³) count as scripts, and `\` takes the next character as it is.
pub(super) fn parse(text: &str) -> Result<Vec<Node>> {
    let mut parser = Parser { text, characters: text.chars().collect(), next: 0 };
    parser.sequence(State { math: false, script: false, group: false })
}

#[derive(Clone, Copy)]
struct State {
    math: bool,
    script: bool,
    group: bool,
}

struct Parser<'a> {
    text: &'a str,
    characters: Vec<char>,
    next: usize,
}

impl Parser<'_> {
    fn refuse<T>(&self, cause: &'static str) -> Result<T> {
        Err(Error::Markup { text: self.text.to_string(), cause })
    }

    fn take(&mut self) -> Option<char> {
        self.next += 1;
        self.characters.get(self.next - 1).copied()
    }

    fn sequence(&mut self, outer: State) -> Result<Vec<Node>> {
        let mut state = outer;
        let mut nodes = Vec::new();
        loop {
            match self.take() {
                None if outer.group => return self.refuse("{ without }"),
                None => break,
                Some('}') if outer.group => break,
                Some('}') => return self.refuse("} without {"),
                Some('{') => nodes.extend(self.sequence(State { group: true, ..state })?),
                Some('$') => state.math = !state.math,
                Some('\\') => push(&mut nodes, self.take().unwrap_or('\\')),
                Some(mark @ ('^' | '_')) if state.math || self.characters.get(self.next) == Some(&'{') => {
                    let script = self.argument(state)?;
                    hang(&mut nodes, script, mark == '^', false);
                }
                Some(character) => match plain_script(character) {
                    Some((plain, raised)) => hang(&mut nodes, vec![Node::Text(plain.to_string())], raised, true),
                    None => push(&mut nodes, shaped(character, state)),
                },
            }
        }
        if state.math != outer.math {
            return self.refuse("$ without its partner");
        }
        Ok(nodes)
    }

    fn argument(&mut self, state: State) -> Result<Vec<Node>> {
        let inner = State { script: true, group: true, ..state };
        match self.take() {
            None | Some('$' | '}') => self.refuse("^ or _ without a script after it"),
            Some('{') => self.sequence(inner),
            Some(character) => Ok(vec![Node::Text(shaped(character, inner).to_string())]),
        }
    }
}

fn push(nodes: &mut Vec<Node>, character: char) {
    match nodes.last_mut() {
        Some(Node::Text(text)) => text.push(character),
        _ => nodes.push(Node::Text(character.to_string())),
    }
}

/// Adds a script; a lower one and an upper one in a row share their place, and Unicode's script digits add up.
fn hang(nodes: &mut Vec<Node>, script: Vec<Node>, raised: bool, joins: bool) {
    if let Some(Node::Script { lower, upper }) = nodes.last_mut() {
        let slot = if raised { upper } else { lower };
        if slot.is_empty() || joins {
            slot.extend(script);
            return;
        }
    }
    let (lower, upper) = if raised { (Vec::new(), script) } else { (script, Vec::new()) };
    nodes.push(Node::Script { lower, upper });
}

/// The character of a raised (true) or lowered (false) character of Unicode.
fn plain_script(character: char) -> Option<(char, bool)> {
    let raised = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ".chars().zip("0123456789+−n".chars());
    let lowered = "₀₁₂₃₄₅₆₇₈₉₊₋".chars().zip("0123456789+−".chars());
    let mut all = raised.map(|(from, to)| (from, to, true)).chain(lowered.map(|(from, to)| (from, to, false)));
    all.find(|(from, ..)| *from == character).map(|(_, to, raised)| (to, raised))
}

fn shaped(character: char, state: State) -> char {
    match character {
        '-' if state.math || state.script => '−',
        _ if state.math => italic(character).unwrap_or(character),
        _ => character,
    }
}

/// A letter in Unicode's mathematical italics; capital Greek stays upright, as in TeX.
fn italic(character: char) -> Option<char> {
    let shifted = |first: char, block: u32| char::from_u32(block + character as u32 - first as u32);
    match character {
        'h' => Some('\u{210e}'),
        'a'..='z' => shifted('a', 0x1d44e),
        'A'..='Z' => shifted('A', 0x1d434),
        'α'..='ω' => shifted('α', 0x1d6fc),
        'ϵ' => Some('\u{1d716}'),
        'ϑ' => Some('\u{1d717}'),
        'ϕ' => Some('\u{1d719}'),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Node {
        Node::Text(text.to_string())
    }

    #[test]
    fn mathematics_is_italic_and_scripts_hang() {
        let lower = Node::Script { lower: vec![text("𝑙")], upper: vec![] };
        assert_eq!(parse("latent $d_l = 2$").unwrap(), [text("latent 𝑑"), lower, text(" = 2")]);
        let upper = Node::Script { lower: vec![], upper: vec![text("1")] };
        assert_eq!(parse("$S^1$ autoencoder").unwrap(), [text("𝑆"), upper, text(" autoencoder")]);
    }

    #[test]
    fn braces_make_scripts_outside_mathematics_and_minus_is_a_minus() {
        let upper = Node::Script { lower: vec![], upper: vec![text("−3")] };
        assert_eq!(parse("10^{-3}").unwrap(), [text("10"), upper.clone()]);
        assert_eq!(
            parse("10⁻³").unwrap(),
            [text("10"), Node::Script { lower: vec![], upper: vec![text("−"), text("3")] }]
        );
        assert_eq!(parse("run_name, a-b").unwrap(), [text("run_name, a-b")]);
    }

    #[test]
    fn lower_and_upper_scripts_share_their_place() {
        let both = Node::Script { lower: vec![text("𝑖")], upper: vec![text("2")] };
        assert_eq!(parse("$x_i^2$").unwrap(), [text("𝑥"), both]);
    }

    #[test]
    fn upright_index_after_italic_letter() {
        let lower = Node::Script { lower: vec![text("T")], upper: vec![] };
        assert_eq!(parse("$p$_{T}").unwrap(), [text("𝑝"), lower]);
    }

    #[test]
    fn greek_is_italic_in_mathematics_only() {
        assert_eq!(parse("$εφ$ φ Σ $Σ$").unwrap(), [text("𝜀𝜑 φ Σ Σ")]);
    }

    #[test]
    fn nested_scripts_and_backslashes() {
        let inner = Node::Script { lower: vec![text("𝑙")], upper: vec![] };
        let outer = Node::Script { lower: vec![], upper: vec![text("−𝑑"), inner] };
        assert_eq!(parse("$L^{-d_l}$").unwrap(), [text("𝐿"), outer]);
        assert_eq!(parse(r"5 \$ \{a\}").unwrap(), [text("5 $ {a}")]);
    }

    #[test]
    fn unbalanced_marks_are_refused_with_the_text() {
        for wrong in ["$x", "10^{3", "a}", "$x^$", "$x_{$}$"] {
            let message = parse(wrong).unwrap_err().to_string();
            assert!(message.contains(&format!("{wrong:?}")), "{message}");
        }
    }
}
