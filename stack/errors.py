"""The one error that a person sees from the stack."""


class StackError(Exception):
    """Something outside the project's power went wrong: a busy port, a full disk, a registry out of reach.

    `problem` says what happened and `remedy` what to do about it; together they are one line.
    """

    def __init__(self, problem: str, remedy: str) -> None:
        self.problem = problem
        self.remedy = remedy
        super().__init__(f"{problem}: {remedy}")
