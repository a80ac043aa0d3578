"""How chance hides a yes or no: with which probabilities it is recorded as 1, and how well that protects."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from analysis.columns import DesignError

#: A slope this near to zero is rounding: what is recorded then says nothing.
FLAT = 1e-12
#: So much may probabilities that people write with few digits miss 1 by.
ROUNDED = 1e-6


@dataclass(frozen=True, slots=True)
class Randomiser:
    """The chance that 1 is recorded, of who has the trait and of who has not.

    Attributes
    ----------
    name : str
    with_trait, without_trait : float
        Probabilities that 1 is recorded.

    Raises
    ------
    DesignError
        If they are no probabilities, or equal: what is recorded then says nothing of the trait.

    Examples
    --------
    A die: 6 makes everybody say yes, 1 makes everybody say no. Either answer is five times as likely from one side.

    >>> die = forced_response(2 / 3, 1 / 6)
    >>> round(die.slope, 4), round(die.base, 4), round(math.exp(die.epsilon), 4)
    (0.6667, 0.1667, 5.0)
    >>> round(die.recorded(0.25), 4), round(die.trait(1 / 3), 4), round(die.posterior(0.2), 2)
    (0.3333, 0.25, 0.56)
    """

    name: str
    with_trait: float
    without_trait: float

    def __post_init__(self) -> None:
        """Refuse what is no way of hiding an answer, or hides it for good."""
        for chance in (self.with_trait, self.without_trait):
            if not 0 <= chance <= 1:
                raise DesignError(f"{self.name}: {chance:g} is no probability")
        if abs(self.slope) < FLAT:
            raise DesignError(
                f"{self.name}: 1 is recorded with probability {self.base:g} of everybody in the same way, so it says nothing"
            )

    @property
    def slope(self) -> float:
        """What the trait adds to the chance of a recorded 1: c of P(1) = c π + d."""
        return self.with_trait - self.without_trait

    @property
    def base(self) -> float:
        """The chance of a recorded 1 where nobody has the trait: d of P(1) = c π + d."""
        return self.without_trait

    @property
    def epsilon(self) -> float:
        """Local differential privacy: no recorded answer is more than exp(ε) times as likely from one side."""
        pairs = (
            (self.with_trait, self.without_trait),
            (1 - self.with_trait, 1 - self.without_trait),
        )
        return max(_log_ratio(*pair) for pair in pairs)

    def recorded(self, prevalence: float) -> float:
        """Return the share of recorded 1 that a prevalence makes.

        Parameters
        ----------
        prevalence : float

        Returns
        -------
        float
        """
        return self.slope * prevalence + self.base

    def trait(self, share: float) -> float:
        """Return the prevalence that a share of recorded 1 means.

        Parameters
        ----------
        share : float

        Returns
        -------
        float
            Outside 0 to 1 where chance, or people, did not follow the probabilities.
        """
        return (share - self.base) / self.slope

    def posterior(self, prevalence: float) -> float:
        """Return how likely somebody of whom 1 is recorded has the trait.

        Parameters
        ----------
        prevalence : float

        Returns
        -------
        float
        """
        return self.with_trait * prevalence / self.recorded(prevalence)


def _log_ratio(one: float, other: float) -> float:
    if one == other:
        return 0.0
    return abs(math.log(one / other)) if min(one, other) > 0 else math.inf


def forced_response(truth: float, yes: float, no: float | None = None) -> Randomiser:
    """Return the design in which chance asks for the truth, for a yes or for a no.

    Parameters
    ----------
    truth, yes : float
        Probabilities that the truth is asked for, and that yes is.
    no : float, optional
        Probability that no is asked for: the rest.

    Returns
    -------
    Randomiser
        c = truth, d = yes.

    Raises
    ------
    DesignError
        If the probabilities are none or do not add up to 1.

    References
    ----------
    Blair, G., Imai, K. and Zhou, Y.-Y. (2015), Journal of the American Statistical Association 110, 1304-1319.

    Examples
    --------
    >>> forced_response(0.5, 0.25)
    Randomiser(name='forced response', with_trait=0.75, without_trait=0.25)
    """
    rest = 1 - truth - yes if no is None else no
    if abs(truth + yes + rest - 1) > ROUNDED:
        raise DesignError(f"forced response: the probabilities add up to {truth + yes + rest:g}, not to 1")
    if not 0 <= truth <= 1 or rest < -ROUNDED:
        raise DesignError(f"forced response: {truth:g}, {yes:g} and {rest:g} are no probabilities")
    return Randomiser("forced response", min(truth + yes, 1.0), yes)


def mirrored(direct: float) -> Randomiser:
    """Return Warner's design: chance asks for the statement or for its contrary.

    Parameters
    ----------
    direct : float
        Probability that the statement itself is asked.

    Returns
    -------
    Randomiser
        c = 2 direct − 1, d = 1 − direct.

    References
    ----------
    Warner, S. L. (1965), Journal of the American Statistical Association 60, 63-69.

    Examples
    --------
    >>> round(mirrored(0.8).slope, 2), round(mirrored(0.8).base, 2)
    (0.6, 0.2)
    """
    return Randomiser("mirrored", direct, 1 - direct)


def crosswise(helper: float) -> Randomiser:
    """Return the crosswise design: 1 is recorded where the statement and a helper statement have the same answer.

    Parameters
    ----------
    helper : float
        Share of people of whom the helper statement is true, with the trait and without.

    Returns
    -------
    Randomiser
        c = 2 helper − 1, d = 1 − helper, as Warner's.

    References
    ----------
    Yu, J.-W., Tian, G.-L. and Tang, M.-L. (2008), Metrika 67, 251-263.

    Examples
    --------
    Of people whose helper is rarely true, the same answer means no more often than not.

    >>> crosswise(0.25).slope, crosswise(0.25).base
    (-0.5, 0.75)
    """
    return Randomiser("crosswise", helper, 1 - helper)


def triangular(helper: float) -> Randomiser:
    """Return the triangular design: 0 is recorded where neither the statement nor the helper statement is true.

    Parameters
    ----------
    helper : float
        Share of people of whom the helper statement is true, with the trait and without.

    Returns
    -------
    Randomiser
        c = 1 − helper, d = helper. A recorded 0 is certain to be a no.

    References
    ----------
    Yu, J.-W., Tian, G.-L. and Tang, M.-L. (2008), Metrika 67, 251-263.

    Examples
    --------
    >>> triangular(0.25).slope, triangular(0.25).base, triangular(0.25).epsilon
    (0.75, 0.25, inf)
    """
    return Randomiser("triangular", 1.0, helper)


def unrelated_question(truth: float, share: float) -> Randomiser:
    """Return the design in which chance asks the sensitive question or one that is not.

    Parameters
    ----------
    truth : float
        Probability that the sensitive question is asked.
    share : float
        Share of people who say yes to the other question.

    Returns
    -------
    Randomiser
        c = truth, d = (1 − truth) share.

    Raises
    ------
    DesignError
        If they are no probabilities.

    References
    ----------
    Greenberg, B. G. et al. (1969), Journal of the American Statistical Association 64, 520-539.

    Examples
    --------
    >>> unrelated_question(0.5, 0.5)
    Randomiser(name='unrelated question', with_trait=0.75, without_trait=0.25)
    """
    if not (0 <= truth <= 1 and 0 <= share <= 1):
        raise DesignError(f"unrelated question: {truth:g} and {share:g} are no probabilities")
    return Randomiser("unrelated question", truth + (1 - truth) * share, (1 - truth) * share)


def garbled(no_to_yes: float, yes_to_no: float) -> Randomiser:
    """Return the design in which the device turns an answer round before it is recorded.

    Parameters
    ----------
    no_to_yes, yes_to_no : float
        Probabilities that a no becomes a yes, and a yes a no.

    Returns
    -------
    Randomiser
        c = 1 − yes_to_no − no_to_yes, d = no_to_yes.

    References
    ----------
    Chassang, S. and Zehnder, C. (2019), Secure Survey Design in Organizations: Theory and Experiments.

    Examples
    --------
    >>> garbled(0.25, 0.25)
    Randomiser(name='garbled', with_trait=0.75, without_trait=0.25)
    """
    return Randomiser("garbled", 1 - yes_to_no, no_to_yes)


#: The designs by the name that the command line gives them.
RANDOMISERS: dict[str, Callable[..., Randomiser]] = {
    "forced-response": forced_response,
    "mirrored": mirrored,
    "crosswise": crosswise,
    "triangular": triangular,
    "unrelated-question": unrelated_question,
    "garbled": garbled,
}
