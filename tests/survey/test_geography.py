"""Two sets of districts: what people say today, and the census districts that results are told in."""

from collections import Counter

from survey import geography
from survey.languages import languages


def test_there_are_as_many_districts_as_the_sources_say():
    # Census of 1 March 2023: 35 in Khyber Pakhtunkhwa, 34 in Balochistan. July 2026: 40 and 41.
    census, today = geography.reporting_districts(), geography.current_districts()
    assert [sum(d.adm1_pcode == code for d in census) for code in ("PK5", "PK2")] == [35, 34]
    assert [sum(d.adm1_pcode == code for d in today) for code in ("PK5", "PK2")] == [40, 41]


def test_every_current_district_lies_in_a_census_district_of_the_same_province():
    for district in geography.current_districts():
        reporting = geography.reporting_of(district.id)
        assert reporting.census
        assert reporting.adm1_pcode == district.adm1_pcode


def test_new_districts_report_where_the_census_counted_them():
    # The notification of 27 January 2026 carved Upper Swat out of Swat; Hub was carved out of Lasbela in 2022.
    assert geography.reporting_of("upper-swat").id == "swat"
    assert geography.reporting_of("hub").id == "lasbela"


def test_p_codes_are_those_of_ocha():
    # COD-AB Pakistan v01: Bannu PK503, Abbottabad PK501; a hierarchy in circulation has Bannu as PK504.
    assert geography.districts()["bannu"].adm2_pcode == "PK503"
    codes = [district.adm2_pcode for district in geography.reporting_districts()]
    assert len(set(codes)) == 69
    assert all(
        district.adm2_pcode.startswith(district.adm1_pcode) for district in geography.reporting_districts()
    )


def test_names_come_in_the_readers_language():
    bannu = geography.districts()["bannu"]
    assert (bannu.name("en"), bannu.name("ur"), bannu.name("ps")) == ("Bannu", "بنوں", "بنو")
    assert geography.districts()["lehri"].name("ps") == geography.districts()["lehri"].name("ur")
    assert [one.id for one in geography.current_districts() if "ps" not in one.names] == []


def test_every_census_district_is_in_a_division_of_its_province_and_every_division_has_some():
    # Tables of the census of 2023: seven divisions in Khyber Pakhtunkhwa, eight in Balochistan.
    sizes = {
        "div-bannu": 3,
        "div-dera-ismail-khan": 3,
        "div-hazara": 8,
        "div-kohat": 5,
        "div-malakand": 9,
        "div-mardan": 2,
        "div-peshawar": 5,
        "div-kalat": 6,
        "div-loralai": 4,
        "div-mekran": 3,
        "div-nasirabad": 5,
        "div-quetta": 4,
        "div-rakhshan": 4,
        "div-sibi": 5,
        "div-zhob": 3,
    }
    assert Counter(district.division for district in geography.reporting_districts()) == sizes
    assert geography.divisions().keys() == sizes.keys()
    for district in geography.reporting_districts():
        assert geography.divisions()[district.division].adm1_pcode == district.adm1_pcode


def test_no_district_has_the_key_of_a_division_and_divisions_are_named_in_every_language():
    assert not any(geography.is_division(key) for key in geography.districts())
    assert all(geography.is_division(key) for key in geography.divisions())
    bannu = geography.divisions()["div-bannu"]
    assert (bannu.name("en"), bannu.name("ur")) == ("Bannu Division", "بنوں ڈویژن")
    for language in languages():
        names = [one.name(language) for one in geography.divisions().values()]
        assert len(set(names)) == 15
