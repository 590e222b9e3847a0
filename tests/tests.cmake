# SPDX-License-Identifier: GPL-2.0-or-later
# The tests mirror the sources: tests/AREA/test_FILE.c links the library of its
# area. Beside them: tests/checks/*.sh (of the tree itself), tests/cli/*.t
# (transcripts) and tests/system/*.sh (real memory; most need root). A script
# that exits 77 was skipped and says why in its last line.

pkg_check_modules(CMOCKA REQUIRED IMPORTED_TARGET cmocka)

# Times are such that a machine ten times as slow, or as busy, is still in time:
# they end what hangs.
function(cmocka_tests area library)
	file(GLOB files CONFIGURE_DEPENDS tests/${area}/test_*.c)
	foreach(file ${files})
		get_filename_component(name ${file} NAME_WE)
		set(name ${area}_${name})
		add_executable(${name} ${file})
		target_link_libraries(${name} PRIVATE ${library}
			PkgConfig::CMOCKA)
		target_include_directories(${name} PRIVATE tests)
		target_compile_definitions(${name} PRIVATE
			TESTS_DIR="${PROJECT_SOURCE_DIR}/tests")
		add_test(NAME ${name} COMMAND ${name})
		set_tests_properties(${name} PROPERTIES
			LABELS unit TIMEOUT 600)
	endforeach()
endfunction()

cmocka_tests(base base)
cmocka_tests(collect "collect;events")
cmocka_tests(events events)
cmocka_tests(analysis analysis)
cmocka_tests(workloads runner)
cmocka_tests(probe runner)
cmocka_tests(runner runner)
cmocka_tests(vm vm)
cmocka_tests(verb verbs)

function(script_tests area)
	file(GLOB files CONFIGURE_DEPENDS tests/${area}/*.sh)
	foreach(file ${files})
		get_filename_component(name ${file} NAME_WE)
		add_test(NAME ${area}_${name} COMMAND sh ${file}
			WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
		set_tests_properties(${area}_${name} PROPERTIES
			LABELS ${area} TIMEOUT 1200 SKIP_RETURN_CODE 77
			ENVIRONMENT "FRAGBENCH=$<TARGET_FILE:fragbench>")
	endforeach()
endfunction()

script_tests(checks)
script_tests(system)

# Whatever moves real memory has the machine for itself; so have guests, whose
# kernels panic where two emulators share two CPUs with tests.
file(GLOB system CONFIGURE_DEPENDS tests/system/*.sh)
foreach(file ${system})
	get_filename_component(name ${file} NAME_WE)
	set_tests_properties(system_${name} PROPERTIES RUN_SERIAL ON)
endforeach()
set_tests_properties(system_target PROPERTIES LABELS "system;slow")

# Guests take minutes where an emulator runs them.
file(GLOB guests CONFIGURE_DEPENDS tests/system/vm*.sh)
foreach(file ${guests})
	get_filename_component(name ${file} NAME_WE)
	set_tests_properties(system_${name} PROPERTIES LABELS "system;vm"
		TIMEOUT 2400)
endforeach()
# Twelve of them, one after the other.
set_tests_properties(system_vm-gate PROPERTIES TIMEOUT 3600)

file(GLOB transcripts CONFIGURE_DEPENDS tests/cli/*.t)
foreach(file ${transcripts})
	get_filename_component(name ${file} NAME_WE)
	add_test(NAME cli_${name} COMMAND sh tests/cli/run ${file}
		WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
	set_tests_properties(cli_${name} PROPERTIES LABELS cli TIMEOUT 300
		SKIP_RETURN_CODE 77
		ENVIRONMENT "FRAGBENCH=$<TARGET_FILE:fragbench>")
endforeach()
