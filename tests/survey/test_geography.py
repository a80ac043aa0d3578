"""Two sets of districts: what people say today, and the census districts that results are told in."""

from survey import geography


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
    assert geography.districts()["quetta"].name("ps") == geography.districts()["quetta"].name("ur")
