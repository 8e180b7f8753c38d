//! The long work that a person started, or that was due: one at a time, with how far it is and a way to stop it.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use hearthline_history::Cancel;

use crate::clock;
use crate::error::Error;
use crate::shared::Shared;
use crate::view::{TaskKind, TaskState, TaskView};

/// The work under way, or the last one.
#[derive(Default)]
pub struct Tasks {
    current: Option<Task>,
}

struct Task {
    view: TaskView,
    cancel: Cancel,
}

/// What does the work tells by.
pub struct Telling {
    shared: Arc<Shared>,
    /// The person wants it stopped.
    pub cancel: Cancel,
}

impl Tasks {
    /// How it stands.
    pub fn view(&self) -> Option<TaskView> {
        self.current.as_ref().map(|task| task.view.clone())
    }

    /// Asks it to stop.
    pub fn stop(&self) {
        if let Some(task) = &self.current {
            task.cancel.cancel();
        }
    }

    fn change(&mut self, change: impl FnOnce(&mut TaskView)) {
        if let Some(task) = &mut self.current {
            change(&mut task.view);
        }
    }
}

impl Telling {
    /// A work begins.
    ///
    /// # Errors
    /// Where another one is under way.
    pub fn begin(shared: &Arc<Shared>, kind: TaskKind, text: &str) -> Result<Self, Error> {
        let mut tasks = shared.keeping.tasks();
        if tasks
            .current
            .as_ref()
            .is_some_and(|task| task.view.state == TaskState::Running)
        {
            return Err(Error::Invalid(
                "a check, a backup or a restore is under way; wait for its end or stop it".into(),
            ));
        }
        let cancel = Cancel::new();
        tasks.current = Some(Task {
            view: TaskView {
                kind,
                state: TaskState::Running,
                share: None,
                text: text.into(),
                began_at: clock::now(),
                restart: false,
            },
            cancel: cancel.clone(),
        });
        Ok(Self {
            shared: Arc::clone(shared),
            cancel,
        })
    }

    /// How far it is; the end of the program stops it as the person does.
    pub fn tell(&self, share: Option<f64>, text: Option<&str>) {
        if self.shared.stopping.load(Ordering::Relaxed) {
            self.cancel.cancel();
        }
        self.shared.keeping.tasks().change(|view| {
            view.share = share;
            if let Some(text) = text {
                text.clone_into(&mut view.text);
            }
        });
    }

    /// As [`Telling::tell`], in bytes.
    pub fn bytes(&self, done: u64, total: u64) {
        let share = (total > 0).then(|| done as f64 / total as f64);
        self.tell(share, None);
    }

    /// It ended.
    pub fn end(&self, state: TaskState, text: String, restart: bool) {
        self.shared.keeping.tasks().change(|view| {
            view.state = state;
            view.text = text;
            view.restart = restart;
            view.share = (state == TaskState::Done).then_some(1.0);
        });
    }
}
