"""Read a Stack Exchange dump: people, questions, answers, comments, tags, scores, dates."""
