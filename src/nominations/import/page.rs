//! The page on which organisers take a file in.
