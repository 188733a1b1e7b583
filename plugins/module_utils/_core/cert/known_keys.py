# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, the intransit.tls contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Public keys whose private halves are published with software: whoever copies them has no secret.

SHA-256 of the SubjectPublicKeyInfo.  Taken on 2026-11-22 from the packages named
beside them (releases: aiosmtpd 1.4.6, gevent 26.9.0, Go 1.19.8, IO::Socket::SSL 2.081,
Python 3.11.2, pyftpdlib 2.2.0, Tornado 6.6.1, Twisted 26.10.0).  A selection, by no means all;
the option ``blocklist`` adds others.
"""

from __future__ import annotations

PUBLISHED: dict[str, str] = {
    "226acd9b52f5731987d46521bbe02fa88045f9eb0c4a262690022d23cbb5eef2": "Go standard library tests",
    "26be8791d8fcde93fbd2bfd2751ef576d65e391e3f7b9d559f3a75998183c044": "Go standard library tests",
    "540101906e8daff636d6cd4b16d3607921383c2aa511eebc4d49f3e58521f320": "Go standard library tests",
    "64eebde4d94a861ca1b062a103ef51d4d8a2c1b0a2133838198230e9c85407ed": "Go standard library tests",
    "76a40ff8b96916f035544e3262130c75dbade42f419b89e8c3445836bc644bf0": "Go standard library tests",
    "bbb3a427090d44d741d44bf7171a179dd4c9a7fdac3a2e649f2f6fa0488aadc9": "Go standard library tests",
    "c7f489851840a675319fc8398596602c3fc8cd941eec70a08724a56e3d118739": "Go standard library tests",
    "ce3aa306f6b578932664a6ef81bead27247efec825737b4b4cf1c5676c099e8f": "Go standard library tests",
    "e156fa5bb9673db29989c7bfd2faedda7df13f221df0a203b5701862a2b85757": "Go standard library tests",
    "e7c98a2e73e33d7de4216988d748b814cded1b9b9b73b7ea83eadfc99a8d827d": "Go standard library tests",
    "e97178009fc19e705c9257bae47fc004100da041363792d493098ac7fea922e9": "Go standard library tests",
    "f0365bbc34a1479b7bbc9c6408a435c3c3c4d5295073d6347ede30a4b4a3d9dd": "IO::Socket::SSL examples",
    "0a8b54336a8f109dbf0f1cf6f8ba46f9e31aeaf0c07af3fa56868f0487d895da": "Python standard library tests",
    "3610893ac98cb708ebe91f3d7a7da48d9a15e9cd74ddca2976c4072ad5b9e5b4": "Python standard library tests",
    "8064304dc78d97bb96dcf71c5edeb7abe8412efeab98972a9749df0ab065ad37": "Python standard library tests",
    "990c02b92948ebe7dd937acf1ee7bda652aee927ae71dcaa027a28d8df0a23fe": "Python standard library tests",
    "9e4456c9dc7098dc4330cc8f0f84f27f7771543758a68b03e93b2615a412eb4f": "Python standard library tests",
    "a0eb5a3d1414086256cfd994b4afe2c759376087269d7cede24af0dd95c30ab6": "Python standard library tests",
    "ab8e035b61375a026a577d38c424249b74b59795e8690aecf05fcf1c23e27998": "Python standard library tests",
    "b27242ebec6d3db0ebbe05bb7c650a421ff90348629d3e0410bc7369b337d4fd": "Python standard library tests",
    "be4c89ae84278a5efc10bd6bfa615e3f84b9a91110b17bb52ba6a351eaa14d4d": "Python standard library tests",
    "c3e2fc4b8742a19c114912a4fcdd9d0c58e3481c6eb4ce447b778bb7edfdde83": "Python standard library tests",
    "e2d06117d1b6d458bd3fca38bfe181e75d418a6a777ecec5daed560f61741390": "Tornado tests",
    "0a8e708c63073c79a888ea33c3d65d704cf5b5aedd1baea4c45043716aad61d5": "Twisted tests",
    "173cfd71a8e276b2163268c31671dfac3e5d48f65f8803623236722d58298999": "Twisted tests",
    "4b8c7bc1ccd88b61622ed72ccf917962515d594839be28c3d5c6add6e6c4bd8b": "Twisted tests",
    "7362c1b343cbbdacd975f842d05e40cfcd32b4b514c27ccca9a6c4e7b3e9026f": "Twisted tests",
    "94d71115241286373b1f722831bc4ec8abf377b222d618051e931cb7f8a57efa": "Twisted tests",
    "7dd2dc27476f90a7fc9fd7efd146a1a8201700181c9577fcbc02da84b9886b77": "aiosmtpd tests",
    "f43730ee3210aeb72f59cbbcd27677f63a1059d6100f18974124d1163cd51134": "aiosmtpd tests",
    "5ad9998793bbf038c562b117d04a32dd4cb2aee9deb38a90d03ed93bd5ebcb70": "gevent tests",
    "ea38a50b45447a19f2e640c6bbb7885f25eb31621bf3c28581fb74b967ed0cb0": "gevent tests",
    "f762cc1fb7fbcdc51a53041be6f07f4558f53050abfcc96087936a3d1d371511": "gevent tests",
    "0f748b74a2a4457b166118377d8462d21ca2038025279897ce08bcc5d0886f33": "pyftpdlib tests",
}
"""Digest -> where the private key is published."""
