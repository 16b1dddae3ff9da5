"""Other ways to solve the same programs, which must agree with the interior point: row generation and the whole LP."""
