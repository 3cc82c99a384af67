import threading
import time

import pytest

from lms.core.errors import Invalid
from lms.core.people.models import Person
from lms.core.people.passwords import check_new_password, check_password, first_password, hash_password, is_outdated

ZHANG = Person(name="张赟", name_key="张赟", pinyin="zhang yun", initials="zy", phone="19900000001")


def test_only_the_password_itself_opens(password_hash):
    assert check_password("mianbao-yueliang", password_hash)
    assert not check_password("mianbao-yueliangx", password_hash)
    assert not check_password("", password_hash)


def test_full_width_typing_is_the_same_password(password_hash):
    assert check_password("ｍｉａｎｂａｏ－ｙｕｅｌｉａｎｇ", password_hash)


def test_the_hash_is_argon2id_at_the_cost_that_owasp_asks(password_hash):
    assert password_hash.startswith("$argon2id$v=19$m=47104,t=1,p=1$")
    assert not is_outdated(password_hash)
    cheaper = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$0J2n8Jm8PBo+GAiB6QcZUlE4hBPJN6lb1Yq5EFgE2XA"
    assert is_outdated(cheaper)


def test_an_account_without_a_password_answers_no_and_just_as_slowly(password_hash):
    assert not check_password("x", None)
    started = time.perf_counter()
    check_password("x", password_hash)
    with_hash = time.perf_counter() - started
    started = time.perf_counter()
    check_password("x", None)
    assert time.perf_counter() - started > with_hash / 5


def test_a_damaged_hash_is_a_no_and_not_a_fault():
    assert not check_password("x", "not-a-hash")


@pytest.mark.parametrize("text", ["12345678", "11111111", "abcd1234", "qwerty123", "1qaz2wsx", "password1", "P@ssw0rd",
                                  "woaini1314", "a1234567", "123qweasd", "19900101", "admin888", "gonghui2026",
                                  "12121212", "87654321", "iloveyou"])
def test_what_everybody_tries_first_is_refused(text):
    with pytest.raises(Invalid) as refused:
        check_new_password(text, person=ZHANG, minimum=8)
    assert refused.value.code == "password_common"


@pytest.mark.parametrize("text", ["19912345678", "12345678", "zhangyun", "zhangyun123", "ZhangYun1990",
                                  "张赟张赟张赟张赟", "a12345678a", "zhangyun5678"])
def test_the_own_phone_number_and_name_are_refused(text):
    person = Person(name="张赟", name_key="张赟", pinyin="zhang yun", initials="zy", phone="19912345678")
    with pytest.raises(Invalid) as refused:
        check_new_password(text, person=person, minimum=8)
    assert refused.value.code == "password_own"


def test_the_minimum_length_is_the_installations(password_hash):
    check_new_password("xk3m7pqr2n", person=ZHANG, minimum=10)
    with pytest.raises(Invalid) as refused:
        check_new_password("xk3m7pqr2n", person=ZHANG, minimum=12)
    assert refused.value.data["minimum"] == 12


def test_an_endless_password_is_refused_before_it_is_hashed():
    with pytest.raises(Invalid) as refused:
        check_new_password("xk3m" * 1000, person=ZHANG, minimum=8)
    assert refused.value.code == "password_long"


@pytest.mark.parametrize("text", ["mianbao-yueliang", "7h3kd9fq", "春江花月夜·2019", "rt59vm21"])
def test_others_are_taken(text):
    check_new_password(text, person=ZHANG, minimum=8)


def test_first_passwords_are_their_own_and_pass_the_rules():
    made = {first_password() for _ in range(50)}
    assert len(made) == 50
    for text in made:
        check_new_password(text, person=ZHANG, minimum=8)


def test_many_hashes_at_once_wait_for_each_other():
    done = []
    threads = [threading.Thread(target=lambda: done.append(hash_password("mianbao-yueliang"))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(set(done)) == 6
