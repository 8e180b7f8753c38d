//! The small language in which a condition over several points, and what it is enabled by, is written.
//!
//! ```text
//! {#12} > 80 and {#13} == "running"          points by their ids
//! value - {#14} > 5 or abs({#15}) >= 2.5     `value` is the point of the condition
//! {#16} in ("fault", "held", 9)              any of these
//! not {#17}                                  a switch that is off
//! ```
//!
//! From weak to strong: `or`; `and`; `not`; `= == != < <= > >= in`; `+ -`; `* / %`; `-`. `&&`, `||` and `!` are read as words.
//! Functions: `abs(x)`, `min(x, …)`, `max(x, …)`, `round(x)`. Words are compared without case.
//!
//! A point that has no value makes what depends on it unknown, and only that: `false and unknown` is false. What is unknown
//! raises nothing and ends nothing. Bounded: 500 characters, 32 levels, 200 parts, 16 points; no loops, nothing is called.

use hearthline_model::{PointId, Value};

const LONGEST: usize = 500;
const DEEPEST: usize = 32;
const MOST_PARTS: usize = 200;
const MOST_POINTS: usize = 16;

/// An expression that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Program {
    root: Part,
    points: Vec<PointId>,
}

/// Why an expression cannot be read: one sentence for a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault(pub String);

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Fault {}

#[derive(Clone, Debug, PartialEq)]
enum Part {
    Number(f64),
    Text(Box<str>),
    Bool(bool),
    Own,
    Point(PointId),
    Not(Box<Part>),
    Minus(Box<Part>),
    Two(Box<Part>, Op, Box<Part>),
    In(Box<Part>, Vec<Part>),
    Call(Function, Vec<Part>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Op {
    Or,
    And,
    Equal,
    Differs,
    Less,
    AtMost,
    More,
    AtLeast,
    Plus,
    Minus,
    Times,
    Over,
    Rest,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Function {
    Abs,
    Min,
    Max,
    Round,
}

/// What a part comes to.
#[derive(Clone, Copy, Debug)]
enum Is<'a> {
    Number(f64),
    Text(&'a str),
    Bool(bool),
}

impl Program {
    /// Reads an expression.
    ///
    /// # Errors
    /// Where it is none, or is beyond the bounds.
    pub fn read(text: &str) -> Result<Self, Fault> {
        if text.chars().count() > LONGEST {
            return Err(Fault(format!("an expression has at most {LONGEST} characters")));
        }
        let tokens = tokens(text)?;
        let mut reader = Reader {
            tokens: &tokens,
            at: 0,
            parts: 0,
            points: Vec::new(),
        };
        let root = reader.or(0)?;
        if let Some(token) = reader.tokens.get(reader.at) {
            return Err(Fault(format!("{} is not expected here", token.shown())));
        }
        Ok(Self {
            root,
            points: reader.points,
        })
    }

    /// The points it depends on, besides its own.
    pub fn points(&self) -> &[PointId] {
        &self.points
    }

    /// Whether it is true, given the value of its own point and of others; none where that is unknown.
    pub fn holds<'a>(&'a self, own: &'a Value, of: &dyn Fn(PointId) -> Option<&'a Value>) -> Option<bool> {
        truth(self.root.is(own, of)?)
    }
}

impl Part {
    fn is<'a>(&'a self, own: &'a Value, of: &dyn Fn(PointId) -> Option<&'a Value>) -> Option<Is<'a>> {
        Some(match self {
            Self::Number(number) => Is::Number(*number),
            Self::Text(text) => Is::Text(text),
            Self::Bool(bool) => Is::Bool(*bool),
            Self::Own => known(own)?,
            Self::Point(point) => known(of(*point)?)?,
            Self::Not(part) => Is::Bool(!truth(part.is(own, of)?)?),
            Self::Minus(part) => finite(-number(part.is(own, of)?)?)?,
            Self::Two(left, op, right) => return two(left.is(own, of), *op, || right.is(own, of)),
            Self::In(part, list) => {
                let one = part.is(own, of)?;
                let any = list.iter().filter_map(|other| other.is(own, of));
                Is::Bool(any.into_iter().any(|other| equal(one, other)))
            }
            Self::Call(function, list) => {
                let mut numbers = list.iter().map(|part| number(part.is(own, of)?));
                let first = numbers.next()??;
                let found = match function {
                    Function::Abs => first.abs(),
                    Function::Round => first.round(),
                    Function::Min => numbers.try_fold(first, |a, b| Some(a.min(b?)))?,
                    Function::Max => numbers.try_fold(first, |a, b| Some(a.max(b?)))?,
                };
                finite(found)?
            }
        })
    }
}

fn two<'a>(left: Option<Is<'a>>, op: Op, right: impl FnOnce() -> Option<Is<'a>>) -> Option<Is<'a>> {
    if matches!(op, Op::And | Op::Or) {
        let decides = op == Op::Or;
        let left = left.and_then(truth);
        if left == Some(decides) {
            return Some(Is::Bool(decides));
        }
        let right = right().and_then(truth);
        return match (left, right) {
            (_, Some(right)) if right == decides => Some(Is::Bool(decides)),
            (Some(_), Some(_)) => Some(Is::Bool(!decides)),
            _ => None,
        };
    }
    let (left, right) = (left?, right()?);
    match op {
        Op::Equal => return Some(Is::Bool(equal(left, right))),
        Op::Differs => return Some(Is::Bool(!equal(left, right))),
        _ => {}
    }
    let (a, b) = (number(left)?, number(right)?);
    Some(match op {
        Op::Less => Is::Bool(a < b),
        Op::AtMost => Is::Bool(a <= b),
        Op::More => Is::Bool(a > b),
        Op::AtLeast => Is::Bool(a >= b),
        Op::Plus => finite(a + b)?,
        Op::Minus => finite(a - b)?,
        Op::Times => finite(a * b)?,
        Op::Over => finite(a / b)?,
        _ => finite(a % b)?,
    })
}

fn known(value: &Value) -> Option<Is<'_>> {
    match value {
        Value::Null => None,
        Value::Bool(bool) => Some(Is::Bool(*bool)),
        Value::Int(int) => Some(Is::Number(*int as f64)),
        Value::Float(float) => finite(*float),
        Value::Text(text) => Some(Is::Text(text)),
    }
}

fn finite<'a>(number: f64) -> Option<Is<'a>> {
    number.is_finite().then_some(Is::Number(number))
}

/// A number; booleans count 0 and 1.
fn number(is: Is<'_>) -> Option<f64> {
    match is {
        Is::Number(number) => Some(number),
        Is::Bool(bool) => Some(f64::from(u8::from(bool))),
        Is::Text(_) => None,
    }
}

fn truth(is: Is<'_>) -> Option<bool> {
    match is {
        Is::Bool(bool) => Some(bool),
        Is::Number(number) => Some(number != 0.0),
        Is::Text(_) => None,
    }
}

#[allow(clippy::float_cmp)] // equal is what is asked for
fn equal(one: Is<'_>, other: Is<'_>) -> bool {
    match (one, other) {
        (Is::Text(one), Is::Text(other)) => one.trim().eq_ignore_ascii_case(other.trim()),
        (Is::Text(_), _) | (_, Is::Text(_)) => false,
        _ => number(one) == number(other),
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Number(f64),
    Text(Box<str>),
    Word(Box<str>),
    Point(PointId),
    Op(Op),
    Not,
    In,
    Open,
    Close,
    Comma,
}

impl Token {
    fn shown(&self) -> String {
        match self {
            Self::Number(number) => format!("the number {number}"),
            Self::Text(text) => format!("the text \"{text}\""),
            Self::Word(word) => format!("the word {word}"),
            Self::Point(point) => format!("the point {{#{}}}", point.0),
            Self::Op(_) | Self::Not | Self::In => "an operator".into(),
            Self::Open => "(".into(),
            Self::Close => ")".into(),
            Self::Comma => "a comma".into(),
        }
    }
}

fn tokens(text: &str) -> Result<Vec<Token>, Fault> {
    let letters: Vec<char> = text.chars().collect();
    let mut all = Vec::new();
    let mut at = 0;
    while let Some(&letter) = letters.get(at) {
        let next = letters.get(at + 1).copied();
        let (token, length) = match (letter, next) {
            (' ' | '\t' | '\n', _) => {
                at += 1;
                continue;
            }
            ('(', _) => (Token::Open, 1),
            (')', _) => (Token::Close, 1),
            (',', _) => (Token::Comma, 1),
            ('&', Some('&')) => (Token::Op(Op::And), 2),
            ('|', Some('|')) => (Token::Op(Op::Or), 2),
            ('=', Some('=')) => (Token::Op(Op::Equal), 2),
            ('!', Some('=')) => (Token::Op(Op::Differs), 2),
            ('<', Some('=')) => (Token::Op(Op::AtMost), 2),
            ('>', Some('=')) => (Token::Op(Op::AtLeast), 2),
            ('=', _) => (Token::Op(Op::Equal), 1),
            ('!', _) => (Token::Not, 1),
            ('<', _) => (Token::Op(Op::Less), 1),
            ('>', _) => (Token::Op(Op::More), 1),
            ('+', _) => (Token::Op(Op::Plus), 1),
            ('-' | '−', _) => (Token::Op(Op::Minus), 1),
            ('*', _) => (Token::Op(Op::Times), 1),
            ('/', _) => (Token::Op(Op::Over), 1),
            ('%', _) => (Token::Op(Op::Rest), 1),
            ('"' | '\'', _) => {
                let end = letters[at + 1..]
                    .iter()
                    .position(|it| *it == letter)
                    .ok_or_else(|| Fault("a text is not closed".into()))?;
                let inside: String = letters[at + 1..at + 1 + end].iter().collect();
                (Token::Text(inside.into()), end + 2)
            }
            ('{', _) => {
                let end = letters[at..]
                    .iter()
                    .position(|it| *it == '}')
                    .ok_or_else(|| Fault("a point is not closed by }".into()))?;
                let inside: String = letters[at + 1..at + end].iter().collect();
                let id = inside
                    .trim()
                    .strip_prefix('#')
                    .and_then(|id| id.parse().ok())
                    .ok_or_else(|| Fault(format!("no point is called {{{inside}}}")))?;
                (Token::Point(PointId(id)), end + 1)
            }
            ('0'..='9' | '.', _) => {
                let length = length(&letters[at..], |it| it.is_ascii_digit() || it == '.');
                let digits: String = letters[at..at + length].iter().collect();
                let number = digits
                    .parse()
                    .map_err(|_| Fault(format!("{digits} is no number")))?;
                (Token::Number(number), length)
            }
            (letter, _) if letter.is_alphabetic() || letter == '_' => {
                let length = length(&letters[at..], |it| it.is_alphanumeric() || it == '_');
                let word: String = letters[at..at + length].iter().collect();
                let token = match word.to_lowercase().as_str() {
                    "and" => Token::Op(Op::And),
                    "or" => Token::Op(Op::Or),
                    "not" => Token::Not,
                    "in" => Token::In,
                    other => Token::Word(other.into()),
                };
                (token, length)
            }
            (other, _) => return Err(Fault(format!("the sign {other} is not known here"))),
        };
        all.push(token);
        at += length;
    }
    Ok(all)
}

fn length(letters: &[char], is: impl Fn(char) -> bool) -> usize {
    letters.iter().take_while(|letter| is(**letter)).count()
}

struct Reader<'a> {
    tokens: &'a [Token],
    at: usize,
    parts: usize,
    points: Vec<PointId>,
}

impl Reader<'_> {
    fn next_is(&mut self, token: &Token) -> bool {
        let found = self.tokens.get(self.at) == Some(token);
        self.at += usize::from(found);
        found
    }

    fn op(&mut self, ops: &[Op]) -> Option<Op> {
        let Some(Token::Op(op)) = self.tokens.get(self.at) else {
            return None;
        };
        ops.contains(op).then(|| {
            self.at += 1;
            *op
        })
    }

    fn part(&mut self, part: Part) -> Result<Part, Fault> {
        self.parts += 1;
        if self.parts > MOST_PARTS {
            return Err(Fault(format!("an expression has at most {MOST_PARTS} parts")));
        }
        Ok(part)
    }

    /// Left to right over one level of operators.
    fn level(
        &mut self,
        depth: usize,
        ops: &[Op],
        below: fn(&mut Self, usize) -> Result<Part, Fault>,
    ) -> Result<Part, Fault> {
        let mut left = below(self, depth)?;
        // A long chain leans to the left, and is as deep as it is long when it is walked.
        let mut chain = 0;
        while let Some(op) = self.op(ops) {
            chain += 1;
            if chain > DEEPEST {
                return Err(Fault(format!(
                    "at most {DEEPEST} parts stand in one row; use brackets"
                )));
            }
            let right = below(self, depth)?;
            left = self.part(Part::Two(Box::new(left), op, Box::new(right)))?;
        }
        Ok(left)
    }

    fn or(&mut self, depth: usize) -> Result<Part, Fault> {
        if depth > DEEPEST {
            return Err(Fault(format!("brackets go at most {DEEPEST} deep")));
        }
        self.level(depth, &[Op::Or], Self::and)
    }

    fn and(&mut self, depth: usize) -> Result<Part, Fault> {
        self.level(depth, &[Op::And], Self::not)
    }

    fn not(&mut self, depth: usize) -> Result<Part, Fault> {
        if !self.next_is(&Token::Not) {
            return self.compare(depth);
        }
        if depth > DEEPEST {
            return Err(Fault(format!("\"not\" stands at most {DEEPEST} times in a row")));
        }
        let part = self.not(depth + 1)?;
        self.part(Part::Not(Box::new(part)))
    }

    fn compare(&mut self, depth: usize) -> Result<Part, Fault> {
        const OPS: [Op; 6] = [
            Op::Equal,
            Op::Differs,
            Op::Less,
            Op::AtMost,
            Op::More,
            Op::AtLeast,
        ];
        let left = self.sum(depth)?;
        if self.next_is(&Token::In) {
            if !self.next_is(&Token::Open) {
                return Err(Fault("after \"in\" stands a list in brackets".into()));
            }
            let list = self.list(depth)?;
            return self.part(Part::In(Box::new(left), list));
        }
        let Some(op) = self.op(&OPS) else {
            return Ok(left);
        };
        let right = self.sum(depth)?;
        self.part(Part::Two(Box::new(left), op, Box::new(right)))
    }

    fn sum(&mut self, depth: usize) -> Result<Part, Fault> {
        self.level(depth, &[Op::Plus, Op::Minus], Self::product)
    }

    fn product(&mut self, depth: usize) -> Result<Part, Fault> {
        self.level(depth, &[Op::Times, Op::Over, Op::Rest], Self::minus)
    }

    fn minus(&mut self, depth: usize) -> Result<Part, Fault> {
        if self.op(&[Op::Minus]).is_none() {
            return self.single(depth);
        }
        if depth > DEEPEST {
            return Err(Fault(format!("a minus stands at most {DEEPEST} times in a row")));
        }
        let part = self.minus(depth + 1)?;
        self.part(Part::Minus(Box::new(part)))
    }

    fn single(&mut self, depth: usize) -> Result<Part, Fault> {
        let Some(token) = self.tokens.get(self.at) else {
            return Err(Fault("the expression ends too early".into()));
        };
        self.at += 1;
        let part = match token {
            Token::Number(number) => Part::Number(*number),
            Token::Text(text) => Part::Text(text.clone()),
            Token::Point(point) => {
                if !self.points.contains(point) {
                    self.points.push(*point);
                }
                if self.points.len() > MOST_POINTS {
                    return Err(Fault(format!("an expression has at most {MOST_POINTS} points")));
                }
                Part::Point(*point)
            }
            Token::Open => {
                let inside = self.or(depth + 1)?;
                if !self.next_is(&Token::Close) {
                    return Err(Fault("a bracket is not closed".into()));
                }
                inside
            }
            Token::Word(word) => match &**word {
                "true" => Part::Bool(true),
                "false" => Part::Bool(false),
                "value" => Part::Own,
                "abs" => self.call(Function::Abs, depth)?,
                "round" => self.call(Function::Round, depth)?,
                "min" => self.call(Function::Min, depth)?,
                "max" => self.call(Function::Max, depth)?,
                other => {
                    return Err(Fault(format!(
                        "the word {other} is not known; put texts into quotes and points into {{}}"
                    )));
                }
            },
            other => return Err(Fault(format!("{} is not expected here", other.shown()))),
        };
        self.part(part)
    }

    fn call(&mut self, function: Function, depth: usize) -> Result<Part, Fault> {
        if !self.next_is(&Token::Open) {
            return Err(Fault("a function is followed by brackets".into()));
        }
        let list = self.list(depth)?;
        if matches!(function, Function::Abs | Function::Round) && list.len() != 1 {
            return Err(Fault("abs and round take one number".into()));
        }
        Ok(Part::Call(function, list))
    }

    /// What stands between brackets, the first of which was taken.
    fn list(&mut self, depth: usize) -> Result<Vec<Part>, Fault> {
        let mut all = vec![self.or(depth + 1)?];
        while self.next_is(&Token::Comma) {
            all.push(self.or(depth + 1)?);
        }
        if !self.next_is(&Token::Close) {
            return Err(Fault("a bracket is not closed".into()));
        }
        Ok(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn holds(text: &str) -> Option<bool> {
        let program = Program::read(text).unwrap_or_else(|fault| panic!("{text}: {fault}"));
        let speed = Value::Float(80.0);
        let state = Value::text("Running");
        let null = Value::Null;
        program.holds(&Value::Int(5), &|point| match point.0 {
            1 => Some(&speed),
            2 => Some(&state),
            3 => Some(&null),
            _ => None,
        })
    }

    #[test]
    fn expressions_come_to_what_they_say() {
        for text in [
            "value == 5",
            "value - {#1} < -70",
            "{#1} > 79.5 and {#2} = \"running\"",
            "{#2} in ('fault', 'RUNNING') && !false",
            "not {#2} == 'held'",
            "1 + 2 * 3 == 7 and (1 + 2) * 3 == 9 and 7 % 4 == 3",
            "abs(value - 8) <= 3 and max(1, value, 3) == 5 and min(2, 1) == 1 and round(2.6) == 3",
            "2 - 1 - 1 == 0 and -value == 0 - 5 and --5 == 5",
            "true or {#9}",
            "{#9} == 1 or value > 1",
            "'a' != 1",
        ] {
            assert_eq!(holds(text), Some(true), "{text}");
        }
        for text in [
            "false and {#9}",
            "{#9} > 1 and value > 9",
            "value < 5 or value > 5",
        ] {
            assert_eq!(holds(text), Some(false), "{text}");
        }
    }

    #[test]
    fn what_is_unknown_says_nothing() {
        for text in [
            "{#9} > 1",
            "{#3} == 0",
            "not {#9}",
            "{#2} > 5",
            "1 / 0 > 1",
            "true and {#9}",
            "{#2}",
        ] {
            assert_eq!(holds(text), None, "{text}");
        }
    }

    #[test]
    fn points_are_named_once() {
        let program = Program::read("{#7} > 1 and {#8} < {#7}").unwrap();
        assert_eq!(program.points(), [PointId(7), PointId(8)]);
    }

    #[test]
    fn what_cannot_be_read_is_told_in_words() {
        for (text, says) in [
            ("", "ends too early"),
            ("1 +", "ends too early"),
            ("running", "the word running"),
            ("(1", "not closed"),
            ("'a", "not closed"),
            ("{#1", "not closed"),
            ("{Speed} > 1", "no point is called {Speed}"),
            ("1 2", "not expected"),
            ("1 § 2", "the sign §"),
            ("abs(1, 2)", "one number"),
            ("1.2.3 > 1", "no number"),
        ] {
            let fault = Program::read(text).unwrap_err();
            assert!(fault.0.contains(says), "{text}: {fault}");
        }
        let deep = format!("{}1{}", "(".repeat(100), ")".repeat(100));
        assert!(Program::read(&deep).unwrap_err().0.contains("deep"));
        let long = vec!["1"; 60].join("+");
        assert!(Program::read(&long).unwrap_err().0.contains("one row"));
        assert!(Program::read(&"-".repeat(400)).is_err());
        assert!(Program::read(&"!".repeat(400)).is_err());
        assert!(Program::read(&"1".repeat(501)).unwrap_err().0.contains("500"));
        let many: Vec<String> = (0..20).map(|id| format!("{{#{id}}}")).collect();
        assert!(
            Program::read(&many.join("+"))
                .unwrap_err()
                .0
                .contains("16 points")
        );
    }

    proptest! {
        #[test]
        fn no_text_is_any_harm(text in "[-+*/%()<>=!&|{}#'\", .a-z0-9]{0,120}") {
            if let Ok(program) = Program::read(&text) {
                program.holds(&Value::Int(1), &|_| None);
            }
        }

        #[test]
        fn no_unicode_is_any_harm(text in "\\PC{0,60}") {
            let _ = Program::read(&text);
        }

        /// Sums and products of small numbers against the compiler's own.
        #[test]
        fn numbers_are_reckoned_as_everywhere(a in -9i32..9, b in -9i32..9, c in 1i32..9) {
            let text = format!("{a} + {b} * {c} - {b} == {}", a + b * c - b);
            prop_assert_eq!(holds(&text), Some(true));
        }
    }
}
