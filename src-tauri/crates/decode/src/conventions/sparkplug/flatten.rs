//! A birth's metrics as a flat list: template instances become `<metric>/<member>`.

use rustc_hash::{FxHashMap, FxHashSet};

use super::datatype::{DataType, parameter_value};
use super::proto::{Metric, MetricValue, PropertySet, Template};

/// Deepest nesting of templates.
const DEEPEST: usize = 8;
/// Most points that the templates of one birth make.
const MOST: usize = 20_000;
/// Prefix that definitions carry and references may leave out.
const TYPES: &str = "_types_/";

/// Template definitions of an edge node, by name without `_types_/`.
pub(super) type Definitions = FxHashMap<String, Template>;

/// One value to be.
#[derive(Clone, Debug)]
pub(super) struct Leaf<'a> {
    /// The metric's name, with the member's behind it.
    pub(super) name: String,
    /// The alias of a metric; members have none.
    pub(super) alias: Option<u64>,
    pub(super) datatype: DataType,
    pub(super) properties: Option<&'a PropertySet>,
    pub(super) transient: bool,
    /// The metric that carries the first value; none where the definition alone knows the member.
    pub(super) metric: Option<&'a Metric>,
    /// The value of a template's parameter.
    pub(super) parameter: Option<MetricValue>,
    /// The instance that this is a direct member of.
    pub(super) member: Option<Member>,
}

/// How a member is reached when it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Member {
    /// Name of the instance.
    pub(super) instance: String,
    /// The instance's reference.
    pub(super) template_ref: String,
    /// Name of the member.
    pub(super) name: String,
}

/// The definitions within a node's birth.
pub(super) fn definitions(metrics: &[Metric]) -> Definitions {
    let mut found = Definitions::default();
    for metric in metrics {
        if let (Some(name), Some(MetricValue::Template(template))) = (&metric.name, &metric.value)
            && template.is_definition == Some(true)
            && found.len() < 1000
        {
            found.insert(short(name).to_owned(), (**template).clone());
        }
    }
    found
}

/// Whether a metric is a definition and therefore no value.
pub(super) fn is_definition(metric: &Metric) -> bool {
    matches!(&metric.value, Some(MetricValue::Template(template)) if template.is_definition == Some(true))
        || metric.name.as_deref().is_some_and(|name| name.starts_with(TYPES))
}

/// Flattens the metrics of a birth. `instances` gets the names of template instances with their aliases.
pub(super) fn flatten<'a>(
    metrics: &'a [Metric],
    definitions: &'a Definitions,
    instances: &mut Vec<(String, Option<u64>)>,
) -> Vec<Leaf<'a>> {
    let mut leaves = Vec::with_capacity(metrics.len());
    for metric in metrics {
        let Some(name) = metric.name.as_deref().filter(|name| is_name(name)) else {
            continue;
        };
        if is_definition(metric) {
            continue;
        }
        if let Some(MetricValue::Template(template)) = &metric.value {
            instances.push((name.to_owned(), metric.alias));
            instance(name, template, definitions, &mut leaves, instances, 0);
        } else if DataType::of(metric.datatype) == DataType::Template {
            // An instance that is null as yet.
            instances.push((name.to_owned(), metric.alias));
        } else {
            leaves.push(leaf(name.to_owned(), metric.alias, metric));
        }
    }
    leaves
}

fn leaf(name: String, alias: Option<u64>, metric: &Metric) -> Leaf<'_> {
    let declared = DataType::of(metric.datatype);
    let datatype = match (&metric.value, declared) {
        (Some(value), DataType::Unknown) => DataType::guess(value),
        _ => declared,
    };
    Leaf {
        name,
        alias,
        datatype,
        properties: metric.properties.as_deref(),
        transient: metric.is_transient == Some(true),
        metric: Some(metric),
        parameter: None,
        member: None,
    }
}

fn instance<'a>(
    name: &str,
    template: &'a Template,
    definitions: &'a Definitions,
    leaves: &mut Vec<Leaf<'a>>,
    instances: &mut Vec<(String, Option<u64>)>,
    depth: usize,
) {
    if depth >= DEEPEST || leaves.len() >= MOST || instances.len() >= MOST {
        return;
    }
    let reference = template.template_ref.as_deref().unwrap_or_default();
    let definition = definitions.get(short(reference));
    let defined = definition.map_or(&[][..], |definition| &definition.metrics);
    let known: FxHashMap<Option<&str>, &Metric> = defined
        .iter()
        .rev()
        .map(|member| (member.name.as_deref(), member))
        .collect();
    let present: FxHashSet<Option<&str>> = template
        .metrics
        .iter()
        .map(|member| member.name.as_deref())
        .collect();
    // Members that the instance leaves out exist all the same; their values come later.
    let missing = defined
        .iter()
        .filter(|member| !present.contains(&member.name.as_deref()));
    for (member, present) in template
        .metrics
        .iter()
        .map(|m| (m, true))
        .chain(missing.map(|m| (m, false)))
    {
        // Definitions may name each other, and themselves: without a bound on instances too, a few of them would be millions.
        if leaves.len() >= MOST || instances.len() >= MOST {
            return;
        }
        let Some(short_name) = member.name.as_deref().filter(|name| is_name(name)) else {
            continue;
        };
        let full = format!("{name}/{short_name}");
        if let Some(MetricValue::Template(nested)) = &member.value {
            instances.push((full.clone(), None));
            instance(&full, nested, definitions, leaves, instances, depth + 1);
            continue;
        }
        let known = known.get(&member.name.as_deref());
        if DataType::of(member.datatype.or(known.and_then(|known| known.datatype))) == DataType::Template {
            instances.push((full, None));
            continue;
        }
        let mut leaf = leaf(full, None, member);
        if leaf.datatype == DataType::Unknown
            && let Some(known) = known
        {
            leaf.datatype = DataType::of(known.datatype);
        }
        if leaf.properties.is_none() {
            leaf.properties = known.and_then(|known| known.properties.as_deref());
        }
        if !present {
            leaf.metric = None;
        }
        if depth == 0 {
            leaf.member = Some(Member {
                instance: name.to_owned(),
                template_ref: reference.to_owned(),
                name: short_name.to_owned(),
            });
        }
        leaves.push(leaf);
    }
    for parameter in template.parameters.iter().take(64) {
        let (Some(own), Some(value)) = (&parameter.name, &parameter.value) else {
            continue;
        };
        leaves.push(Leaf {
            name: format!("{name}/{own}"),
            alias: None,
            datatype: DataType::of(parameter.datatype),
            properties: None,
            transient: false,
            metric: None,
            parameter: Some(parameter_value(value)),
            member: None,
        });
    }
}

/// Whether a metric's name can be used.
pub(super) fn is_name(name: &str) -> bool {
    (1..=1024).contains(&name.len())
}

fn short(reference: &str) -> &str {
    reference.strip_prefix(TYPES).unwrap_or(reference)
}
