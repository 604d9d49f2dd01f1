//! Which project a span belongs to. A sender may name one as a resource attribute; the workspace is decided by
//! the key and by nothing a request says.

use dialects::otlp::{AnyValue, Group, Request, Resource};
use trace::ProjectId;

/// The resource attribute that names a project.
pub(crate) const PROJECT_ATTRIBUTE: &str = "everyframe.project";
/// The project of whoever names none.
const PROJECT_DEFAULT: &str = "default";
/// Most bytes of a project's name.
const NAME_SIZE_BYTES_MAX: usize = 64;
/// Most projects named in one request; what names further ones belongs to the default project.
const PROJECTS_MAX: usize = 16;

/// The project of whoever names none.
pub(crate) fn standard() -> ProjectId {
    ProjectId::new(PROJECT_DEFAULT)
}

/// The parts of a request, one for each project; nearly always one. A request without records has no part.
pub(crate) fn split<'a, T>(request: Request<'a, T>) -> Vec<(ProjectId, Request<'a, T>)> {
    let named: Vec<_> = request.resources.iter().map(named).collect();
    let mut parts: Vec<(Option<String>, Vec<Group<'a, T>>)> = Vec::new();
    for group in request.groups {
        let mut project = named.get(group.resource).cloned().flatten();
        if parts.len() >= PROJECTS_MAX && !parts.iter().any(|(known, _)| *known == project) {
            project = None;
        }
        match parts.iter_mut().find(|(known, _)| *known == project) {
            Some((_, groups)) => groups.push(group),
            None => parts.push((project, vec![group])),
        }
    }
    // Groups point at resources by index, so every part keeps all of them; only the last takes them over.
    let mut resources = Some(request.resources);
    let last = parts.len().saturating_sub(1);
    let part = |(index, (project, groups)): (usize, (Option<String>, Vec<Group<'a, T>>))| {
        let resources = if index == last {
            resources.take()
        } else {
            resources.clone()
        };
        let project_id = project.map_or_else(standard, ProjectId::new);
        let part = Request {
            resources: resources.unwrap_or_default(),
            groups,
            rejected: Vec::new(),
        };
        (project_id, part)
    };
    parts.into_iter().enumerate().map(part).collect()
}

fn named(resource: &Resource<'_>) -> Option<String> {
    let attribute = resource
        .attributes
        .iter()
        .rev()
        .find(|attribute| attribute.key == PROJECT_ATTRIBUTE)?;
    match &attribute.value {
        AnyValue::Text(name) if is_name(name) && name != PROJECT_DEFAULT => Some(name.to_string()),
        _ => None,
    }
}

/// Letters, digits, `.`, `_` and `-`, beginning with a letter or digit, of ASCII.
fn is_name(text: &str) -> bool {
    let is_inner = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    text.len() <= NAME_SIZE_BYTES_MAX
        && text
            .bytes()
            .next()
            .is_some_and(|byte| byte.is_ascii_alphanumeric())
        && text.bytes().all(is_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use dialects::otlp::Attribute;

    fn resource(project: &'static str) -> Resource<'static> {
        Resource {
            attributes: vec![Attribute {
                key: PROJECT_ATTRIBUTE.into(),
                value: AnyValue::Text(project.into()),
            }],
            ..Resource::default()
        }
    }

    fn projects(names: &[&'static str]) -> Vec<(String, Vec<usize>)> {
        let group = |resource| Group {
            resource,
            records: vec![resource],
            ..Group::default()
        };
        let request = Request {
            resources: names.iter().copied().map(resource).collect(),
            groups: (0..names.len()).map(group).collect(),
            rejected: Vec::new(),
        };
        let records =
            |part: Request<'_, usize>| part.groups.into_iter().flat_map(|group| group.records).collect();
        split(request)
            .into_iter()
            .map(|(project, part)| (project.to_string(), records(part)))
            .collect()
    }

    #[test]
    fn a_request_is_parted_by_project() {
        assert_eq!(
            projects(&["shop", "default", "shop"]),
            [("shop".to_owned(), vec![0, 2]), ("default".to_owned(), vec![1])]
        );
    }

    #[test]
    fn what_is_not_a_name_names_no_project() {
        for name in [
            "", "..", "../etc", "a/b", "a%2Fb", "a\0b", ".hidden", "-option", "naïve", "a b",
        ] {
            assert_eq!(projects(&[name]), [("default".to_owned(), vec![0])], "{name:?}");
        }
        let long = "a".repeat(65).leak();
        assert_eq!(projects(&[long]), [("default".to_owned(), vec![0])]);
    }

    #[test]
    fn so_many_projects_at_once_become_the_default_one() {
        let names: Vec<&'static str> = (0..40)
            .map(|number| &*format!("project-{number}").leak())
            .collect();
        let parts = projects(&names);
        assert_eq!(parts.len(), PROJECTS_MAX + 1);
        assert_eq!(
            parts.last().map(|(name, records)| (name.as_str(), records.len())),
            Some(("default", 24))
        );
    }
}
