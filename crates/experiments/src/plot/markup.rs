//! Reading of texts: `$...$` sets letters in mathematical italics, `^{...}` and `_{...}` raise and lower.

use std::ops::Range;

use super::{Error, Result};

/// Groups and scripts inside each other; no label needs more than three.
const DEEPEST: usize = 16;
/// Characters of a text that cannot be read in its error.
const SHOWN: usize = 100;

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
    let mut parser = Parser { text, characters: text.chars().collect(), next: 0, depth: 0 };
    parser.sequence(State { math: false, script: false, group: false })
}

/// Number of characters in all.
pub(super) fn length(nodes: &[Node]) -> usize {
    let of = |node: &Node| match node {
        Node::Text(text) => text.chars().count(),
        Node::Script { lower, upper } => length(lower) + length(upper),
    };
    nodes.iter().map(of).sum()
}

/// The nodes with "…" in place of the characters in the range `removed`, counted from 0.
pub(super) fn shortened(nodes: &[Node], removed: &Range<usize>) -> Vec<Node> {
    without(nodes, removed, &mut 0)
}

fn without(nodes: &[Node], removed: &Range<usize>, next: &mut usize) -> Vec<Node> {
    let mut kept = Vec::new();
    for node in nodes {
        match node {
            Node::Text(text) => {
                for character in text.chars() {
                    if *next == removed.start {
                        push(&mut kept, '…');
                    }
                    if !removed.contains(next) {
                        push(&mut kept, character);
                    }
                    *next += 1;
                }
            }
            Node::Script { lower, upper } => {
                let (lower, upper) = (without(lower, removed, next), without(upper, removed, next));
                if !lower.is_empty() || !upper.is_empty() {
                    kept.push(Node::Script { lower, upper });
                }
            }
        }
    }
    kept
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
    depth: usize,
}

impl Parser<'_> {
    fn refuse<T>(&self, cause: &'static str) -> Result<T> {
        // A text that cannot be read may be of any length.
        let shown: String = self.text.chars().take(SHOWN).collect();
        Err(Error::Markup { text: shown, cause })
    }

    fn take(&mut self) -> Option<char> {
        self.next += 1;
        self.characters.get(self.next - 1).copied()
    }

    fn sequence(&mut self, outer: State) -> Result<Vec<Node>> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return self.refuse("more than 15 braces inside each other");
        }
        let nodes = self.nodes(outer);
        self.depth -= 1;
        nodes
    }

    fn nodes(&mut self, outer: State) -> Result<Vec<Node>> {
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

/// Whether a character is a raised or lowered one of Unicode, drawn as a script.
pub(super) fn is_script(character: char) -> bool {
    plain_script(character).is_some()
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
    use proptest::prelude::*;

    use super::super::text::Typeset;
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
    fn the_middle_of_a_text_gives_way_to_dots() {
        let nodes = parse("abc^{de}fg").unwrap();
        assert_eq!(length(&nodes), 7);
        let upper = Node::Script { lower: vec![], upper: vec![text("e")] };
        assert_eq!(shortened(&nodes, &(1..4)), [text("a…"), upper, text("fg")]);
        assert_eq!(shortened(&nodes, &(2..5)), [text("ab…fg")]);
    }

    #[test]
    fn nesting_has_a_bound() {
        let nested = |depth: usize| format!("{}x{}", "{".repeat(depth), "}".repeat(depth));
        assert!(parse(&nested(15)).is_ok());
        for deep in [nested(16), nested(1_000_000), "{".repeat(1_000_000), "$a^{".repeat(100_000)] {
            let message = parse(&deep).unwrap_err().to_string();
            assert!(message.contains("15 braces inside each other") && message.len() < 500, "{}", message.len());
        }
    }

    #[test]
    fn unbalanced_marks_are_refused_with_the_text() {
        for wrong in ["$x", "10^{3", "a}", "$x^$", "$x_{$}$"] {
            let message = parse(wrong).unwrap_err().to_string();
            assert!(message.contains(&format!("{wrong:?}")), "{message}");
        }
    }

    /// Labels of the figures, from which the next test makes broken ones.
    const LABELS: [&str; 8] = [
        "$d_l = 2$",
        "$x_i^2$",
        "10^{-3}",
        "significance improvement $ε_S$/√$ε_B$",
        "$|x - x'|$^{2}",
        "$2E$_{min}$/√s$",
        r"5 \$ \{a\}",
        "angle from the tear, $φ - φ$_{tear} (degrees)",
    ];

    proptest! {
        #[test]
        fn no_text_breaks_the_reader(text in any::<String>(), marks in "[a\\-0³₂$^_{}\\\\ ]{0,60}") {
            for text in [text, marks] {
                if let Ok(nodes) = parse(&text) {
                    prop_assert!(length(&nodes) <= text.chars().count());
                }
                let _ = Typeset::new(&text, 8.5);
            }
        }

        #[test]
        fn no_change_of_a_label_breaks_the_setting(
            label in 0..LABELS.len(),
            changes in prop::collection::vec((any::<prop::sample::Index>(), 0u8..3, any::<char>(), "[$^_{}\\\\]"), 0..6),
        ) {
            let mut characters: Vec<char> = LABELS[label].chars().collect();
            for (place, change, any, mark) in changes {
                let place = place.index(characters.len().max(1)).min(characters.len());
                match change {
                    0 if place < characters.len() => drop(characters.remove(place)),
                    1 => characters.insert(place, any),
                    _ => characters.splice(place..place, mark.chars()).for_each(drop),
                }
            }
            let text: String = characters.into_iter().collect();
            match Typeset::new(&text, 8.5) {
                Ok(set) => prop_assert!(set.width.is_finite() && set.width < 40.0 * 8.5 * text.len() as f64),
                Err(error) => prop_assert!(error.to_string().len() < 2000),
            }
        }
    }
}
