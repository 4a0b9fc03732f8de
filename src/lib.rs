//! Tsubame (燕): the portal through which Japanese people abroad apply for the My Number Card, follow the application and collect the card.

pub mod clock;
pub mod commands;
pub mod config;
pub mod demo;
pub mod documents;
pub mod domain;
pub mod i18n;
pub mod jobs;
pub mod notices;
pub mod reference;
pub mod security;
pub mod storage;
pub mod web;
