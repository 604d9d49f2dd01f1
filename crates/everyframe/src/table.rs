//! Tables that fit the terminal: the least important columns go first, one column takes what room is left.

use crate::terminal::{Paint, Style, fit, padding, width};

/// Spaces between two columns.
const GAP: usize = 2;
/// Fewest columns the flexible one is given before another is left out.
const FLEXIBLE_WIDTH_MIN: usize = 16;

/// A column of a table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column<'a> {
    /// Its heading.
    pub(crate) heading: &'a str,
    /// Whether its cells end at the same place, as numbers do.
    pub(crate) is_number: bool,
    /// How soon it is left out: the highest first; 0 stays.
    pub(crate) dispensable: u8,
    /// Whether it takes what room is left.
    pub(crate) is_flexible: bool,
}

/// A cell: its text, which may be anybody's, and its colour.
pub(crate) type Cell = (String, Paint);

/// The table as lines.
pub(crate) fn render(columns: &[Column<'_>], rows: &[Vec<Cell>], style: Style) -> String {
    let mut natural: Vec<usize> = columns.iter().map(|column| width(column.heading)).collect();
    for row in rows {
        for (size, (text, _)) in natural.iter_mut().zip(row) {
            *size = (*size).max(width(text));
        }
    }
    let sizes = sizes(columns, &natural, style.width);
    let mut table = String::new();
    let headings: Vec<Cell> = columns
        .iter()
        .map(|column| (column.heading.to_owned(), Paint::Faint))
        .collect();
    for row in std::iter::once(&headings).chain(rows) {
        let cells = columns.iter().zip(&sizes).zip(row);
        let shown: Vec<String> = cells
            .filter_map(|((column, size), (text, paint))| {
                let size = (*size)?;
                let text = fit(text, size);
                let space = padding(&text, size);
                let painted = style.paint(*paint, &text);
                Some(match column.is_number {
                    true => format!("{space}{painted}"),
                    false => format!("{painted}{space}"),
                })
            })
            .collect();
        table.push_str(shown.join(&" ".repeat(GAP)).trim_end());
        table.push('\n');
    }
    table
}

/// The size of each column; `None` for those that are left out.
fn sizes(columns: &[Column<'_>], natural: &[usize], room: usize) -> Vec<Option<usize>> {
    let mut sizes: Vec<Option<usize>> = columns
        .iter()
        .zip(natural)
        .map(|(column, &size)| {
            Some(if column.is_flexible {
                size.min(FLEXIBLE_WIDTH_MIN)
            } else {
                size
            })
        })
        .collect();
    let taken = |sizes: &[Option<usize>]| {
        let shown: Vec<usize> = sizes.iter().filter_map(|size| *size).collect();
        shown.iter().sum::<usize>() + GAP * shown.len().saturating_sub(1)
    };
    while taken(&sizes) > room {
        let candidates = columns.iter().zip(sizes.iter_mut());
        let next = candidates
            .filter(|(column, size)| column.dispensable > 0 && size.is_some())
            .max_by_key(|(column, _)| column.dispensable);
        match next {
            Some((_, size)) => *size = None,
            None => break,
        }
    }
    let left = room.saturating_sub(taken(&sizes));
    for ((column, size), &natural) in columns.iter().zip(sizes.iter_mut()).zip(natural) {
        if let Some(size) = size
            && column.is_flexible
        {
            *size = natural.min(*size + left);
        }
    }
    sizes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(heading: &'static str, is_number: bool, dispensable: u8, is_flexible: bool) -> Column<'static> {
        Column {
            heading,
            is_number,
            dispensable,
            is_flexible,
        }
    }

    fn check(room: usize, expected: &str) {
        let columns = [
            column("ID", false, 0, false),
            column("NAME", false, 0, true),
            column("TOKENS", true, 1, false),
            column("START", false, 2, false),
        ];
        let plain = |text: &str| (text.to_owned(), Paint::Plain);
        let rows = [
            vec![
                plain("a1"),
                plain("a name that is quite long"),
                plain("12"),
                plain("18:00"),
            ],
            vec![plain("b2"), plain("\u{1b}[2J"), plain("3"), plain("18:01")],
        ];
        let style = Style {
            width: room,
            has_color: false,
        };
        assert_eq!(render(&columns, &rows, style), expected);
    }

    #[test]
    fn a_wide_terminal_shows_everything() {
        check(
            80,
            "ID  NAME                       TOKENS  START\n\
             a1  a name that is quite long      12  18:00\n\
             b2  ␛[2J                            3  18:01\n",
        );
    }

    #[test]
    fn a_narrow_terminal_leaves_out_what_matters_least() {
        check(
            28,
            "ID  NAME              TOKENS\n\
             a1  a name that is …      12\n\
             b2  ␛[2J                   3\n",
        );
        check(20, "ID  NAME\na1  a name that is …\nb2  ␛[2J\n");
    }
}
