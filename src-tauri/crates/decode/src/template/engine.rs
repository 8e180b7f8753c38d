//! Compiles and renders.

use std::sync::Arc;

use minijinja::value::ValueKind;
use minijinja::{Environment, Error, ErrorKind, UndefinedBehavior};
use rustc_hash::FxHashMap;

use super::path::Path;
use super::{Json, Rendered, TemplateError, Vars, functions, python};

/// Largest template source, bytes.
const MAX_SOURCE: usize = 16 << 10;
/// Most templates that are kept; the same source is kept once.
const MAX_TEMPLATES: usize = 50_000;
/// Largest result, bytes.
pub(super) const MAX_OUTPUT: usize = 64 << 10;
/// Work that one rendering may take: about one unit an instruction. Real templates take under a thousand.
const FUEL: u64 = 20_000;
/// Nesting of macro calls, blocks and includes.
const RECURSION: usize = 40;

/// A compiled template; cheap to copy. Valid for the [`Templates`] that gave it out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct TemplateId(u32);

/// All templates of one convention.
pub(crate) struct Templates {
    environment: Environment<'static>,
    kept: Vec<Kept>,
    by_source: FxHashMap<Arc<str>, TemplateId>,
}

enum Kept {
    /// No delimiter in it: the text itself.
    Literal(Arc<str>),
    /// A path; the engine takes over where it meets what it was not made for.
    Path(Path, Box<str>),
    /// Needs the engine.
    Full(Box<str>),
    /// Does not compile.
    Broken(TemplateError),
}

impl Default for Templates {
    fn default() -> Self {
        let mut environment = Environment::new();
        environment.set_fuel(Some(FUEL));
        environment.set_recursion_limit(RECURSION);
        environment.set_undefined_behavior(UndefinedBehavior::Lenient);
        environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
        environment.set_formatter(|out, state, value| {
            if value.kind() == ValueKind::String
                && let Some(text) = value.as_str()
            {
                return Ok(out.write_str(text)?);
            }
            if value.kind() == ValueKind::Invalid {
                return minijinja::escape_formatter(out, state, value);
            }
            let text = python::to_str(value);
            // Writing a container out is work that no instruction stands for.
            state.consume_fuel(text.len() as u64 / 16)?;
            Ok(out.write_str(&text)?)
        });
        functions::register(&mut environment);
        Self {
            environment,
            kept: Vec::new(),
            by_source: FxHashMap::default(),
        }
    }
}

impl Templates {
    /// Compiles a template. A template that does not compile fails when it is rendered, with the reason.
    pub(crate) fn add(&mut self, source: &str) -> TemplateId {
        if let Some(&id) = self.by_source.get(source) {
            return id;
        }
        if self.kept.len() > MAX_TEMPLATES {
            // The last place tells of it; it is made once.
            return TemplateId(self.kept.len() as u32 - 1);
        }
        let id = TemplateId(self.kept.len() as u32);
        let kept = if self.kept.len() == MAX_TEMPLATES {
            Kept::Broken(TemplateError::Bounds(format!(
                "more than {MAX_TEMPLATES} templates"
            )))
        } else {
            self.compile(id, source)
        };
        self.kept.push(kept);
        self.by_source.insert(source.into(), id);
        id
    }

    fn compile(&mut self, id: TemplateId, source: &str) -> Kept {
        if source.len() > MAX_SOURCE {
            return Kept::Broken(TemplateError::Bounds(format!(
                "its source is longer than {MAX_SOURCE} bytes"
            )));
        }
        if !["{{", "{%", "{#"].iter().any(|mark| source.contains(mark)) {
            return Kept::Literal(source.into());
        }
        let name: Box<str> = id.0.to_string().into();
        let source = functions::rewrite(source);
        match self
            .environment
            .add_template_owned(name.to_string(), source.to_string())
        {
            Err(error) => Kept::Broken(error.into()),
            Ok(()) => match Path::parse(&source) {
                Some(path) => Kept::Path(path, name),
                None => Kept::Full(name),
            },
        }
    }

    /// Why a template does not compile, where it does not.
    pub(crate) fn fault(&self, id: TemplateId) -> Option<&TemplateError> {
        match self.kept.get(id.0 as usize) {
            Some(Kept::Broken(error)) => Some(error),
            _ => None,
        }
    }

    /// Where in the payload a template reads its value as it stands; none where it computes.
    pub(crate) fn path(&self, id: TemplateId) -> Option<String> {
        match self.kept.get(id.0 as usize) {
            Some(Kept::Path(path, _)) => path.dotted(),
            _ => None,
        }
    }

    /// The first key below `value_json` where the template is a path; tells what an entity reads.
    pub(crate) fn first_key(&self, id: TemplateId) -> Option<&str> {
        match self.kept.get(id.0 as usize) {
            Some(Kept::Path(path, _)) => path.first_key(),
            _ => None,
        }
    }

    /// Renders a template for one message.
    pub(crate) fn render(&self, id: TemplateId, vars: &Vars<'_>) -> Result<Rendered, TemplateError> {
        let name = match &self.kept[id.0 as usize] {
            Kept::Literal(text) => return Ok(Rendered::Text(Arc::clone(text))),
            Kept::Broken(error) => return Err(error.clone()),
            Kept::Path(path, name) => {
                if !vars.shadowed()
                    && let Some(rendered) = path.eval(vars)
                {
                    return Ok(rendered);
                }
                name
            }
            Kept::Full(name) => name,
        };
        let text = self.environment.get_template(name)?.render(vars.context())?;
        if text.len() > MAX_OUTPUT {
            return Err(Error::from(ErrorKind::WriteFailure).into());
        }
        Ok(Rendered::Text(text.trim().into()))
    }

    /// Renders where there is a template; otherwise the payload is the result.
    pub(crate) fn render_or_value(
        &self,
        template: Option<TemplateId>,
        vars: &Vars<'_>,
    ) -> Result<Rendered, TemplateError> {
        match template {
            Some(id) => self.render(id, vars),
            None => Ok(Rendered::Text(vars.shared())),
        }
    }
}

/// The value of a template variable.
impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<i64> for Json {
    fn from(int: i64) -> Self {
        Self::Int(int)
    }
}

impl From<f64> for Json {
    fn from(float: f64) -> Self {
        Self::Float(float)
    }
}

impl From<bool> for Json {
    fn from(on: bool) -> Self {
        Self::Bool(on)
    }
}
